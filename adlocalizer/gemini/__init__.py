"""What Gemini's wire format means: bodies to send, answers to read, verdicts on what goes wrong. Pure."""
