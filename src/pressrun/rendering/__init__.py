"""Media made and checked on this machine: probing, conversion, title cards.

Its libraries take time to import and room in memory, so whoever needs it imports it inside the function.
"""
