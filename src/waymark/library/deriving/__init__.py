"""What a page says of itself, value by value, each with the words that it rests on."""
