"""The screen of `netlynx top`, with textual: it shows what the rest of the room has made, and hands keys on."""
