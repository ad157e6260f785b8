"""Every stand-in there is: a new one is its own file and one line here."""

from pressrun.sandbox import anthropic, cloudinary, instagram, x, youtube

STAND_INS = (
    instagram.STAND_IN,
    youtube.STAND_IN,
    x.STAND_IN,
    anthropic.STAND_IN,
    cloudinary.STAND_IN,
)
