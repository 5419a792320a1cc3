"""The models: found, loaded, prepared and calibrated. Nothing here knows of an index or of a question's way."""
