"""What the offline writer says in English."""

from pressrun.connectors.text_models.offline.phrases import Frame, Phrases, Step

ENGLISH = Phrases(
    titles=(
        "{topic}",
        "{topic}: let’s think it over",
        "Question of the day: {topic}",
        "{topic}, starting small",
        "A checklist for {topic}",
        "Back to it: {topic}",
    ),
    frames=(
        Frame(
            openings=(
                "“{topic}”: is it on your mind too?",
                "Let’s take a minute for this one: {topic}.",
                "{topic}\nWhat comes to mind first?",
            ),
            body=(
                "Three questions to ask yourself\n"
                "1. Why does this matter to me right now?\n"
                "2. What do I know already, and what don’t I know yet?\n"
                "3. If I had ten minutes today, where would I begin?"
            ),
            closings=(
                "Pick one and answer it in the comments.",
                "Leave your answer in the comments, one line is plenty.",
            ),
        ),
        Frame(
            openings=(
                "{topic}\nA few things to check before you start.",
                "Thinking about “{topic}”? Go through this first.",
            ),
            body=(
                "□ Can I say what I want in one sentence?\n"
                "□ Do I know how much time and money I can spend?\n"
                "□ Have I split what I need now from what can wait?\n"
                "□ Is there someone I can ask, or somewhere to look?\n"
                "□ Did I set a date to look back?"
            ),
            closings=(
                "Save it and tick the boxes one by one. Which box would you add?",
                "Something missing? Tell us in the comments.",
            ),
        ),
        Frame(
            openings=(
                "It doesn’t have to be big. Today: {topic}.",
                "“{topic}”: where would you begin?",
            ),
            body=(
                "Instead of doing it all at once, choose the smallest step.\n\n"
                "Pick one thing\nWrite down when\nTry it, then note one line about how it went"
            ),
            closings=(
                "What is your first step? Write it in the comments, like a small promise.",
                "Tell us the one thing you picked today.",
            ),
        ),
        Frame(
            openings=(
                "“{topic}”: we’d love to hear your story.",
                "{topic}\nEveryone has a different story here.",
            ),
            body=(
                "· When did you first get curious about it?\n"
                "· Which moment do you remember most?\n"
                "· What would you say to someone who is just starting?"
            ),
            closings=(
                "Short is fine. Tell us in the comments.",
                "Think of someone you’d like to talk about this with, and send it to them.",
            ),
        ),
        Frame(
            openings=(
                "How about one line a day this week on “{topic}”?",
                "{topic}\nA week of small notes.",
            ),
            body=(
                "Monday: where am I now?\n"
                "Wednesday: how did it feel to try?\n"
                "Friday: what would I change next time?"
            ),
            closings=(
                "Save this and come back to it on Friday.",
                "One line is enough. Leave today’s line in the comments.",
            ),
        ),
    ),
    covers=(
        "Today, let’s talk about this: {topic}.",
        "{topic}. Where would you begin?",
        "Here is something to stop and think about: {topic}.",
    ),
    steps=(
        Step(
            "Why now?",
            "Write one sentence about why this has your attention today.",
            "an open notebook beside a window",
        ),
        Step(
            "What you know",
            "List three things you know already. It may be more than you think.",
            "three small paper notes on a table",
        ),
        Step(
            "What you don’t know",
            "Turn what puzzles you into a question. Then you know what to look for.",
            "a blank page and a sharpened pencil",
        ),
        Step(
            "Picture it",
            "Imagine how you would like it to look a month from now.",
            "a path leading towards soft morning light",
        ),
        Step(
            "Your own size",
            "It doesn’t have to be done like someone else’s. Make it fit your day.",
            "one small cup next to a large one",
        ),
        Step(
            "Set a time",
            "Decide when, and for how long. Short is fine.",
            "a plain wall clock in a quiet room",
        ),
        Step(
            "Use what you have",
            "Before buying anything, look at what is already there.",
            "everyday objects laid out neatly",
        ),
        Step(
            "Pick one",
            "If there is a lot you want to do, choose one thing for today.",
            "a hand choosing one stone among many",
        ),
        Step(
            "The smallest step",
            "Cut it down to something that takes five minutes. That is today’s start.",
            "a single step of a wooden staircase",
        ),
        Step(
            "Just try",
            "You may not feel ready. Try it once, then change what you like.",
            "sleeves rolled up over a work table",
        ),
        Step(
            "Note one line",
            "After trying, write down one line about how it felt.",
            "a short line of handwriting, out of focus",
        ),
        Step(
            "Find the knot",
            "If something doesn’t work, give that spot a name.",
            "a knot in a piece of string",
        ),
        Step(
            "Ask for help", "If it is hard alone, think of who you could ask.", "two chairs facing each other"
        ),
        Step(
            "Do it together",
            "Bring it up first with someone you’d like to do it with.",
            "two cups on one table",
        ),
        Step(
            "Don’t compare",
            "Look at yesterday’s you, not at someone else’s pace.",
            "a single footprint on sand",
        ),
        Step(
            "Take a break", "If you are tired, put a day of rest into the plan.", "a quiet bench under a tree"
        ),
        Step(
            "Look back",
            "Choose one thing that went well and one you’d like to go better.",
            "a table seen from above at the end of a day",
        ),
        Step(
            "Change one thing",
            "Next time, do just one thing differently.",
            "a row of pebbles, one of another colour",
        ),
    ),
    endings=(
        Step(
            "What do you think?",
            "Tell us in the comments. We’d like to hear your side.",
            "an empty chair in warm light",
        ),
        Step(
            "One thing, today?", "Save this and start with the easiest one.", "an open door and soft daylight"
        ),
        Step(
            "See you in the next one",
            "Is there more you’d like to talk about? Leave it in the comments.",
            "a wide, calm horizon",
        ),
    ),
    stopwords=(
        "a an the of to and or for in on at by with from about into over after before is are "
        "be was were do does did how why what when where who which that this these those it "
        "its my your our their you we they i me us not no more most very can could should "
        "will would best new every all some any"
    ),
)
