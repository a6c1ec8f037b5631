"""Every figure of every reader beside what a user could pick instead; a process of its own."""
