"""The long trouble: good sources beside bad ones, and a program that is killed again and again."""
