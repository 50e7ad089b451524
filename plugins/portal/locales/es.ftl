portal = Bolivia Cercana

# La portada y la búsqueda
portal-for = Aquí encuentra los trámites del Estado: qué necesita, cuánto cuesta, cuánto tarda y dónde se hace. Muchos se hacen desde aquí.
search = ¿Qué trámite busca?
search-hint = Escriba con sus palabras, por ejemplo: perdí mi carnet
find = Buscar
life-events = Algo cambia en su vida
business-events = Tiene un negocio, o quiere abrirlo
sectors = Trámites por tema
all-procedures = Todos los trámites
entities = Entidades del Estado
entities-for = Elija una entidad para ver sus trámites.
own-page = Su propia página:
nothing-here = Todavía no hay trámites en esta lista. Búsquelos desde el inicio.
search-results = Trámites encontrados
found = { $count ->
    [0] No encontramos ningún trámite.
    [one] Encontramos un trámite.
   *[other] Encontramos { $count } trámites.
}
nothing-found = Pruebe con otras palabras, o con menos. También puede ver la lista de todos:
narrow = Buscar con más detalle
narrow-now = Ver solo estos
any = Todos
filter-audience = Para quién es
filter-sector = Tema
filter-channel = Cómo se hace
filter-price = Cuánto cuesta
audience-person = Personas
audience-company = Empresas y negocios
audience-entity = Entidades del Estado
channel-online = Por internet
channel-counter = En una oficina
channel-telephone = Por teléfono
channel-email = Por correo electrónico
channel-post = Por carta
online = Se hace por internet
free = Gratis

# Un trámite, antes de empezarlo
begin = Empezar el trámite
begin-needs = Le pediremos que ingrese con su cuenta de ciudadanía digital.
begin-elsewhere = Empezar en la página de la entidad
not-online = Este trámite no se hace por internet. Más abajo le decimos a dónde ir:
you-get = Qué recibe
takes = Cuánto tarda
if-silent = Si no le responden a tiempo
done-by = Quién lo atiende
working-days = { $days ->
    [0] Se hace en el momento
    [one] Un día hábil como máximo
   *[other] { $days } días hábiles como máximo
}
who-may = Quién puede pedirlo
what-you-need = Qué necesita
nothing-needed = No necesita nada.
any-of-these = Basta con uno de estos:
fetched-for-you = no lo traiga: nosotros lo consultamos
costs = Cuánto cuesta
free-of-charge = No se paga nada.
where = Dónde y cómo se hace
online-here = Se hace en este portal, con el botón «Empezar el trámite».
telephone = Teléfono:
to = a
day-mon = lunes
day-tue = martes
day-wed = miércoles
day-thu = jueves
day-fri = viernes
day-sat = sábado
day-sun = domingo
bo-b = Beni
bo-c = Cochabamba
bo-h = Chuquisaca
bo-l = La Paz
bo-n = Pando
bo-o = Oruro
bo-p = Potosí
bo-s = Santa Cruz
bo-t = Tarija
burden = Antes y ahora
burden-what = Qué le exigía y qué le exige
burden-before = Antes
burden-after = Ahora
burden-steps = Pasos
burden-visits = Veces que va a una oficina
burden-documents = Documentos que lleva
burden-days = Días hasta tener el resultado
burden-cost = Lo que paga
legal-basis = Qué normas lo dicen
related = Otros trámites que quizás necesite
vouched = Lo publica { $entity }, que responde por lo que dice aquí. Última actualización: { $day }.
as-data = Esta información para programas de computadora (JSON-LD)

# El plazo, y qué pasa si la entidad no responde
time-limit = Desde que usted lo presenta, la entidad tiene este plazo para responder: { $time }.
at-once = Se hace en el momento: no tiene que esperar días.
silence-grants = Si no le responde en ese tiempo, lo que pidió queda aceptado, y usted recibe un documento que lo dice.
silence-denies = Si no le responde en ese tiempo, se entiende que la respuesta es «no». Entonces usted puede reclamar.
silence-escalates = Si no le responde en ese tiempo, el trámite pasa a una persona con más autoridad, que tiene que resolverlo.

# Antes de llenar
have-at-hand = Tenga a mano
nothing-at-hand = No tiene que adjuntar ningún documento.
in-some-cases = (solo en algunos casos)
if-you-have-it = (si lo tiene)
we-ask = Lo que no tiene que traer
we-ask-for = No tiene que traer estos datos: los consultamos con su permiso, al tocar el botón «Empezar». En su trámite podrá ver siempre a quién preguntamos, qué y cuándo.
saved-as-you-go = No tiene que terminar hoy. Cada página se guarda cuando usted toca «Continuar»; puede seguir otro día, desde «Mis trámites».
begin-now = Empezar
begun-before = Usted ya empezó este trámite
begun-on = Lo guardó por última vez el { $day }.
go-on = Seguir donde lo dejé
too-many-drafts = Tiene demasiados trámites sin terminar. Presente o borre alguno en «Mis trámites», y vuelva a intentarlo.
register-silent = Todavía no se puede empezar
register-silent-for = No conseguimos los datos que hacen falta. No es culpa suya, y no se perdió nada:
register-unknown = no tiene estos datos. Revise lo que escribió o pregunte en esa entidad.
register-unavailable = no responde en este momento. Inténtelo más tarde.
register-unavailable-now = La entidad a la que preguntamos por estos datos no responde ahora. Lo que escribió está guardado. Vuelva a pulsar «Continuar» más tarde.
try-again = Intentar de nuevo
discard-title = ¿Borrar lo que escribió?
discard-for = Lo empezó el { $day } y no lo presentó. Si lo borra, no se puede recuperar.
discard = Borrar
keep-it = No borrar, seguir llenando

# Llenar, página por página
page-of = Página { $number } de { $all }
back = Volver a la página anterior
continue = Continuar
save-and-leave = Guardar y salir
what-for = Qué quiere pedir
attach = Archivo
attach-if = Archivo, si lo tiene
attached-now = Archivos que ya adjuntó
remove-hint = Marque solo los que quiere quitar. Los demás se quedan.
from-folder = Usar un documento de su carpeta
kind-pdf = PDF
kind-image = foto
kind-signed = documento firmado de otra entidad (.asice)
files-at-most = { $count ->
    [one] Un archivo, de 10 MB como máximo.
   *[other] Hasta { $count } archivos, de 10 MB cada uno como máximo.
}
too-many-files = Son demasiados archivos. Quite alguno.
attach-one = Adjunte al menos un archivo, o elija uno de su carpeta.
wrong-kind = Ese archivo no es de un tipo que se acepte aquí. Fíjese cuáles se aceptan, y elija otro.
not-believed = No pudimos comprobar la firma de ese documento. Pida a la entidad que lo emitió que le dé el archivo otra vez.

# La última revisión, y presentar
check = Revise antes de presentar
not-complete = Falta algo
not-complete-for = Para presentar, complete estas páginas. Toque cada una:
known-already = Lo que ya sabemos de usted
change = Cambiar
nothing-attached = No adjuntó nada
fees = Lo que tiene que pagar
total = Total
paid-before-review = se paga antes de que alguien revise su trámite
paid-before-result = se paga cuando lo aprueben, antes de recibir el resultado
what-then = Qué pasa después
only-once = Después de presentarlo no puede cambiar nada, salvo que la entidad le pida corregir algo.
all-is-true = Revisé todo, y lo que digo es verdad
submit = Presentar
submit-later = Todavía no: dejarlo guardado y presentarlo después
submitted = Su trámite está presentado
your-number = El número de su trámite es
submitted-for = Anote el número. Con él puede preguntar por su trámite, y siempre lo encuentra en «Mis trámites».
pay-next = Ahora tiene que pagar: toque «Ver mi trámite» para saber cuánto y cómo. Hasta entonces nadie lo revisa.
expected = Tendrá una respuesta hasta el { $day }.
follow = Ver mi trámite
receipt = Descargar la constancia de que lo presenté
signed-file-for = El archivo (.asice) contiene el documento y la firma de la entidad. Guárdelo: con él, cualquiera puede comprobar que es auténtico.
not-signed-yet = El documento se está firmando. Espere un minuto y vuelva a intentarlo.

# Mis trámites
applications = Mis trámites
drafts = Sin terminar
changed-on = Lo guardó por última vez el { $day }.
submitted-ones = Presentados
nothing-submitted = Todavía no presentó ningún trámite.
to-catalogue = Buscar un trámite
number = Número de trámite
back-to-application = Volver a mi trámite
what-it-says = Lo que dice la solicitud
signed-by = firmado por
to-pay = Falta pagar
how-to-pay = Pague en la caja de la entidad, y diga este número de trámite:
sent-back = Tiene que corregir algo
correct = Corregir
correct-for = Cambie solo lo que sigue. Lo demás queda como lo presentó.
submit-again = Presentar de nuevo
nothing-to-correct = No hay nada que corregir en este trámite.
withdraw = Retirar mi trámite
withdraw-for = Si lo retira, la entidad ya no lo atiende. No se puede deshacer: si cambia de idea, tendrá que empezar otra vez.
withdraw-what = Qué quiere retirar
withdraw-why = Por qué lo retira
all-decided = Este trámite ya terminó: no queda nada que retirar.

# Cómo va un trámite
steps = Pasos
state-waiting = Espera a otro paso
state-owing = Falta que usted pague
state-at = En revisión
state-sent-back = Falta que usted corrija
waits-for-another = Primero tiene que aprobarse otra parte de este trámite. Usted no tiene que hacer nada.
pay-until = Pague hasta el { $day }. Si no paga hasta ese día, el trámite se archiva.
decided-until = La entidad tiene que responder hasta el { $day }. Usted no tiene que hacer nada.
correct-until = Corríjalo hasta el { $day }. Si no lo corrige hasta ese día, el trámite se archiva.
decided-on = Terminó el { $day }.
may-appeal = Si no está de acuerdo, puede reclamar ante la misma entidad: se llama recurso de revocatoria. Hay pocos días para hacerlo: descargue la decisión y pregunte en la entidad cuanto antes.
may-begin-again = Se archivó porque faltó algo a tiempo, o porque no se aprobó otra parte. Si todavía lo necesita, empiece el trámite otra vez.
held-by-until = Lo atiende: { $role }. Plazo de este paso: { $day }.
outcome-approved = Aprobado
outcome-rejected = Rechazado
outcome-granted-by-silence = Aceptado: la entidad no respondió a tiempo
outcome-denied-by-silence = Se toma como «no»: la entidad no respondió a tiempo
outcome-lapsed = Archivado
outcome-withdrawn = Retirado
decision-document = Descargar la decisión firmada

# Lo que pasó
history = Lo que pasó hasta ahora
when = Cuándo
what-happened = Qué pasó
by-whom = Quién lo hizo
author-applicant = Quien lo presentó
author-staff = La entidad
author-system = Otro sistema
author-portal = El portal, por sí solo
event-submitted = Trámite presentado
event-paid = Pago recibido, con recibo
event-owes = Falta un pago para seguir
event-began = Empezó un paso
event-unblocked = Lo que esperaba ya se aprobó
event-passed-by = En este caso no hizo falta un paso
event-claimed = Alguien de la entidad lo tomó
event-released = Quien lo tenía lo dejó para otra persona
event-step-approved = Se aprobó un paso
event-sent-back = La entidad pidió corregir
event-corrected = Se corrigió
event-escalated = La entidad no respondió a tiempo: pasó a una persona con más autoridad
consulted = A quién preguntamos por usted
consulted-for = Para que no tenga que traer papeles, pedimos estos datos a otras entidades. Solo pedimos lo que dice aquí.
asked-whom = A quién preguntamos
asked-what = Qué preguntamos

# Mi carpeta
folder = Mi carpeta
folder-for = Aquí se guardan los documentos que adjuntó. Puede usarlos otra vez en otro trámite. Si quita uno, los trámites que ya presentó lo conservan.
folder-empty = Su carpeta está vacía. Cuando presente un trámite, los documentos que adjunte se guardan aquí.
take-out = Quitar { $name }

# Lo que no se puede hacer
refused-stage = Esto ya no se puede hacer: el trámite cambió desde que abrió la página. Ábralo de nuevo para ver cómo está.
refused-role = Este paso lo atiende alguien con otra función.
refused-held = Otra persona ya tomó este trámite.
refused-not-claimed = Primero tome el trámite. Después puede decidir.
refused-power = En este paso no se puede decidir eso.
refused-no-result = Para aprobar, adjunte el documento que recibirá la persona.
refused-no-such-part = Marcó algo que este trámite no tiene. Abra la página de nuevo.
refused-not-marked = Solo se puede cambiar lo que la entidad pidió corregir.
refused-nothing = Elija qué quiere pedir.
refused-not-applicant = Esto solo puede hacerlo quien presentó el trámite.
refused-full = Este trámite ya no acepta más cambios. Acuda a la entidad.

# La oficina: lo que espera
office = Bandeja de trámites
find-number = Buscar por número de trámite
no-such-number = No hay ningún trámite con ese número que le toque atender. Revise el número: tiene doce letras y cifras, como 7K3M-9Q2P-X0TD.
mine = Los que tomé
to-take = Los que puedo tomar
roles = Funciones
nothing-waits = No hay ninguno.
procedure = Trámite
until = Hasta
held-by = Lo tiene
overdue = Vencido
days-left = { $days ->
    [0] Vence hoy
    [one] Queda un día hábil
   *[other] Quedan { $days } días hábiles
}
near-breach = Los que vencen primero
near-breach-for = Todos los trámites que esperan a la entidad. Primero, los que vencen antes.
due = Trámites que esperan a la entidad
role-reviewer = Revisión
role-inspector = Inspección
role-supervisor = Supervisión
role-cashier = Caja
role-registrar = Registro
role-assistant = Atención por teléfono
role-counter = Ventanilla
role-designer = Diseño de trámites
role-evaluator = Evaluación
role-moderator = Moderación

# La oficina: un trámite
applicant = Quién lo pide
on-behalf-of = en nombre de
was-assisted = con ayuda de la entidad
take-on = Tomar
give-back = Dejarlo para otra persona
decide = Decidir
assign = Asignar a otra persona
assign-to = A quién se asigna
not-at-a-step = Esto ya no espera una decisión. Abra el trámite de nuevo para ver cómo está.
nobody-has-role = Nadie que haya ingresado aquí tiene la función de este paso. Pida a esa persona que ingrese una vez.
verdict = Qué decide
verdict-approve = Aprobar este paso
verdict-send-back = Pedir que corrija
verdict-reject = Rechazar
reason = Por qué
reason-hint = Lo lee quien pidió el trámite: escríbalo con palabras sencillas. Hace falta si rechaza o si pide corregir.
reason-missing = Escriba por qué, para quien pidió el trámite.
result-document = Documento que recibe la persona
result-hint = En PDF, de 4 MB como máximo. Hace falta si aprueba. Lo firma la entidad.
marks = Qué tiene que corregir
marks-missing = Marque qué tiene que corregir: escriba una nota junto a cada respuesta o documento que esté mal.
decide-now = Guardar la decisión
note-receipt = Anotar un pago
receipt-number = Número del recibo
for-cashiers = Solo Caja puede anotar pagos.
cashier = Caja

# La oficina: quién reemplaza a quién
substitutes = Reemplazos
no-substitutes = Hoy nadie reemplaza a nadie.
join-for = Todavía no está en la lista de quienes trabajan aquí. Agréguese, para que otra persona pueda reemplazarle.
join = Agregarme a la lista
new-substitute = Nuevo reemplazo
who-is-absent = Quién estará ausente
who-stands-in = Quién le reemplaza
from-day = Desde
to-day = Hasta el último día
save = Guardar
end = Terminar
substitute-other = Elija a otra persona: nadie se reemplaza a sí mismo.
substitute-days = El último día no puede ser antes del primero.
not-yours-to-end = Solo puede terminarlo quien está ausente, o quien supervisa.

# Estadísticas
statistics = Estadísticas
period = Del { $from } al { $to }.
by-procedure = Por trámite
by-role = Por función
what = Qué
all-of-it = Todos los trámites
count-submitted = Presentados
count-processed = Pasos atendidos
count-approved = Aprobados
count-sent-back = Devueltos para corregir
count-rejected = Rechazados
# Servicios para sistemas de información
api-pending = En trámite
api-sent-back = Para corregir
api-approved = Concedido
api-rejected = No concedido
