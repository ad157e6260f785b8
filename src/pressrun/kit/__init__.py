"""What any project could use: time, names, logs, databases."""
