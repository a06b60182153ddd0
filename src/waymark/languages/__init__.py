"""The words that Waymark itself says, in each language: one folder a language, one catalogue (.po) an area.

English stands in the code and the templates; a folder such as ``es`` holds its translations. See `waymark.languages.texts`.
"""
