"""Plain words: a short version of quotations in everyday language, each sentence checked against the quotations it names.

Nothing here reaches a network: `waymark.app.plain` asks the model server that an operator chose.
"""
