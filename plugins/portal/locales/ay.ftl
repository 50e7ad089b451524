# Aymara, como se escribe en Bolivia.
# Estos textos esperan la revisión de hablantes nativos. Lo que no está aquí se muestra en castellano.

# La portada y la búsqueda
search = ¿Kuna trámite thaqaskta?
find = Thaqaña
all-procedures = Taqi trámites
any = Taqi
audience-person = Jaqinaka
free = Inaki
where = Kawkhansa, kunjamsa luraña

# Empezar, llenar y presentar
begin = Qalltaña
begin-now = Qalltaña
go-on = Sarantaña
try-again = Wasitat yant'aña
discard-title = ¿Qillqatama chhaqtayañ muntati?
discard = Chhaqtayaña
back = Qhiparu kutt'aña
continue = Sarantaña
save-and-leave = Imaña ukat mistuña
total = Taqpacha
submit = Apayaña
follow = Trámiteja uñjaña

# Mis trámites y mi carpeta
applications = Trámitenakaja
drafts = Jani tukuyata
submitted-ones = Apayata
to-catalogue = Trámite thaqaña
number = Jakhu
back-to-application = Trámitejaru kutt'aña
to-pay = Payllañamawa
sent-back = Askichañamawa
correct = Askichaña
submit-again = Wasitat apayaña
folder = Carpetaja

# Cómo va un trámite
state-waiting = Suyaskiwa
state-owing = Payllañamawa
state-at = Uñakipasipkiwa
state-sent-back = Askichañamawa
outcome-approved = Jisa sata
outcome-rejected = Janiwa sata
outcome-lapsed = Jist'antata

# Botones de otras páginas
save = Imaña
end = Tukuyaña
what = Kuna
