"""Looks up what a question asks by the word for it in any field of the objects it is about, whatever their kind.

question -> heads.py (the words asked for) -> near.py (whose fields) -> leaves.py (their fields) -> found.py (the best) -> a sentence
"""
