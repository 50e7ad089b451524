# Quechua del sur, como se escribe en Bolivia.
# Estos textos esperan la revisión de hablantes nativos. Lo que no está aquí se muestra en castellano.

# La portada y la búsqueda
search = ¿Ima trámitetataq mask'achkanki?
find = Mask'ay
all-procedures = Tukuy trámites
any = Tukuy
audience-person = Runakuna
free = Mana paganachu
where = Maypi, imaynata ruwakun

# Empezar, llenar y presentar
begin = Qallariy
begin-now = Qallariy
go-on = Qatiy
try-again = Watiqmanta ruway
discard-title = ¿Qillqasqaykita pichayta munankichu?
discard = Pichay
keep-it = Ama pichaychu, qatiy
back = Qhipaman kutiy
continue = Qatiy
save-and-leave = Waqaychaspa lluqsiy
total = Tukuynin
submit = Apachiy
follow = Trámiteyta qhaway

# Mis trámites y mi carpeta
applications = Trámiteykuna
drafts = Mana tukusqa
submitted-ones = Apachisqa
to-catalogue = Trámiteta mask'ay
number = Yupay
back-to-application = Trámiteyman kutiy
to-pay = Paganayki tiyan
sent-back = Allinchanayki tiyan
correct = Allinchay
submit-again = Watiqmanta apachiy
folder = Carpetay

# Cómo va un trámite
state-waiting = Suyachkan
state-owing = Paganayki tiyan
state-at = Qhawachkanku
state-sent-back = Allinchanayki tiyan
outcome-approved = Arí nisqa
outcome-rejected = Mana nisqa
outcome-lapsed = Wisq'asqa
by-whom = Pi ruwarqa

# Botones de otras páginas
save = Waqaychay
end = Tukuchay
what = Ima
