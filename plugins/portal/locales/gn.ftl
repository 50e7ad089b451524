# Guaraní, con la escritura del Paraguay, que es la que ya usan las páginas. En Bolivia se escribe de otra manera.
# Estos textos esperan la revisión de hablantes nativos. Lo que no está aquí se muestra en castellano.

# La portada y la búsqueda
find = Heka
all-procedures = Opaite trámite
audience-person = Tapicha kuéra
free = Reigua

# Empezar, llenar y presentar
begin = Ñepyrũ
begin-now = Ñepyrũ
go-on = Ku'ejey
try-again = Eha'ã jey
discard = Mboguete
back = Tapykuépe jevy
continue = Ku'ejey
save-and-leave = Ñongatu ha sẽ
change = Moambue
submit = Mondo

# Mis trámites y mi carpeta
applications = Che trámite kuéra
number = Papapy
to-pay = Rehepyme'ẽva'erã
sent-back = Remyatyrõva'erã
correct = Myatyrõ
submit-again = Mondo jey
folder = Che carpeta

# Cómo va un trámite
state-waiting = Oha'arõ
state-owing = Rehepyme'ẽva'erã
state-at = Ojehecha hína
state-sent-back = Remyatyrõva'erã
outcome-approved = Oñemboaje
outcome-rejected = Noñemboajéi
outcome-lapsed = Oñemboty

# Botones de otras páginas
save = Ñongatu
end = Mbopaha
what = Mba'e
