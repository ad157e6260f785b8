"""Publishers, one file per platform."""
