"""The storm: a Pressrun of many processes in weather that never lets up (see README.md)."""
