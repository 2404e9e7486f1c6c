"""The sample city Tirtamarga: four small sites on loopback that the real collectors collect by the real path.

City, office, newspapers and people are invented; the texts were written for this project.
"""

from kentongan.demo.office import answer_office
from kentongan.demo.press import answer_kabar, answer_suara
from kentongan.demo.room import answer_room

SITES = {"office": answer_office, "suara": answer_suara, "kabar": answer_kabar, "room": answer_room}
