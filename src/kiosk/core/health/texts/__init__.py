"""What each fault is called and what helps, in three languages. Nothing is concluded here."""
