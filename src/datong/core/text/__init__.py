"""Pure folding of written words: what two writings must share to be one word.

In:  text as somebody typed it.
Out: text in one form, by one named folding a file: width, script, numerals, pinyin.
"""
