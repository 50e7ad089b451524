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
open-data = Todo el catálogo como datos abiertos, que cualquiera puede usar si dice de dónde son (CC BY 4.0):
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
online-elsewhere = Se hace en la página de la entidad, con el botón «Empezar en la página de la entidad».
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
file-kinds = Se acepta: { $kinds }.
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
not-asked = No le preguntamos lo que ya sabe { $register }: { $fields }.
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
by-whom = Quién lo hizo
author-applicant = Quien lo presentó
author-staff = La entidad
author-system = Otro sistema
author-portal = El portal, por sí solo
event-submitted = Trámite presentado
event-paid = Pago recibido, con recibo
event-owes = Falta un pago para seguir
event-began = Empezó un paso
event-unblocked = Puede seguir: ya no espera a otra parte del trámite
event-passed-by = En este caso no hizo falta un paso
event-claimed = Alguien de la entidad lo tomó
event-released = Quien lo tenía lo dejó para otra persona
event-step-approved = Se aprobó un paso
event-sent-back = La entidad pidió corregir
event-corrected = Se corrigió
event-escalated = La entidad no respondió a tiempo: pasó a una persona con más autoridad
consulted = A quién preguntamos por usted
consulted-for = Para que no tenga que traer papeles, pedimos estos datos a otras entidades. Solo pedimos lo que dice aquí.
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
refused-own = Nadie decide su propio trámite: lo atiende otra persona de la entidad.
refused-yours = Usted ya tomó este trámite.
refused-not-claimed = Primero tome el trámite. Después puede decidir.
refused-power = En este paso no se puede decidir eso.
refused-no-result = Para aprobar, adjunte el documento que recibirá la persona.
refused-no-such-part = Marcó algo que este trámite no tiene. Abra la página de nuevo.
refused-not-marked = Solo se puede cambiar lo que la entidad pidió corregir.
refused-nothing = Elija qué quiere pedir.
refused-not-applicant = Esto solo puede hacerlo quien presentó el trámite.
refused-full = Este trámite ya no acepta más cambios. Acuda a la entidad.
refused-fee-changed = Lo que se debe cambió desde que abrió la página, porque el trámite se corrigió. Ábralo de nuevo antes de anotar el pago.
refused-too-much = Lo que habría que pagar es más de lo que se puede calcular. Revise los montos que escribió, o acuda a la entidad.
refused-joined = Este trámite ya está en la cuenta de una persona.

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
role-funds = Fondos en concurso
role-applicant-entity = Postulación a fondos

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
substitute-year = El último día puede ser como mucho dentro de un año.
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
# La ayuda: mensajes, avisos, ayuda por teléfono y ventanilla

## Los mensajes de un trámite
help-messages = Mensajes
help-messages-for = Aquí puede preguntar a la entidad por su trámite. Le avisamos cuando le respondan.
help-message = Mensaje
help-thread-full = Ya no caben más mensajes sobre este trámite. Llame o acuda a la entidad.
help-send = Enviar
help-said = Lo que se dijo
help-nothing-said = Todavía no hay mensajes.
help-mark-read = Ya los leí
help-new = Nuevo
help-note = Nota interna
help-you = Usted
help-to-application = Volver al trámite
help-unread = { $messages ->
    [one] 1 mensaje sin leer
   *[other] { $messages } mensajes sin leer
}
help-for-whom = ¿Para quién es?
help-to-applicant = Para la persona que hizo el trámite
help-to-staff = Nota interna: solo la ve el personal
help-unread-messages = Mensajes sin leer
help-nothing-unread = No hay mensajes sin leer.

## Los avisos
help-told-sent-back = Su trámite «{ $what }» ({ $number }) volvió para que usted corrija algo. Tiene tiempo hasta el { $day }.
    .subject = Tiene que corregir su trámite
help-told-granted = Se aprobó «{ $what }» ({ $number }). El documento firmado está en el portal.
    .subject = Su trámite fue aprobado
help-told-denied = No se aprobó «{ $what }» ({ $number }). El portal le dice por qué.
    .subject = Su trámite no fue aprobado
help-told-lapsed = Su trámite «{ $what }» ({ $number }) terminó sin decisión. El portal le dice por qué. Puede empezar otro.
    .subject = Su trámite terminó
help-told-to-pay = Para que su trámite «{ $what }» ({ $number }) siga, pague { $amount } hasta el { $day }. El portal le dice cómo.
    .subject = Tiene que pagar por su trámite
help-told-near-correct = Le falta corregir su trámite «{ $what }» ({ $number }). Tiene tiempo hasta el { $day }. Después, el trámite termina.
    .subject = Queda poco tiempo para corregir
help-told-near-pay = Le falta pagar { $amount } por su trámite «{ $what }» ({ $number }). Tiene tiempo hasta el { $day }. Después, el trámite termina.
    .subject = Queda poco tiempo para pagar
help-told-message = La entidad le escribió por su trámite «{ $what }» ({ $number }). Lea el mensaje en el portal.
    .subject = Tiene un mensaje
help-told-submitted = Quien le ayuda por teléfono envió por usted el trámite «{ $what }» ({ $number }). Si usted no lo pidió, escriba a la entidad.
    .subject = Se envió un trámite por usted
help-told-corrected = Quien le ayuda por teléfono corrigió por usted el trámite «{ $what }» ({ $number }). Si usted no lo pidió, escriba a la entidad.
    .subject = Se corrigió su trámite
help-told-helped = Con su código, una persona de la entidad le ayuda con sus trámites hasta el { $end }. Si usted no dio el código, termine la ayuda en el portal.
    .subject = Alguien le está ayudando

## Pedir ayuda
help-title = Pedir ayuda
help-for = Si no puede hacer un trámite solo, llame a la entidad. Una persona le ayuda y usted decide cuándo termina.
help-codes = Su código para pedir ayuda
help-codes-for = Cree un código y léalo a quien le atiende por teléfono. Con el código, esa persona ve sus trámites y llena formularios por usted durante 30 minutos. No dé el código a nadie que le llame a usted.
help-make-code = Crear un código
help-code = Código de ayuda
help-read-it-out = Lea este código a la persona que le atiende.
help-code-until = Sirve una sola vez, hasta el { $end }.
help-code-once = El código se muestra solo ahora.
help-to-help = Volver a la ayuda
help-too-many-codes = Tiene 3 códigos sin usar. Anule uno para crear otro.
help-no-code = No pudimos crear un código. Inténtelo de nuevo en un momento.
help-open-code = Código sin usar. Sirve hasta el { $end }.
help-end-code = Anular este código
help-helps-now = Le están ayudando ahora
help-who-until = { $name } ve sus trámites y puede llenar formularios por usted hasta el { $end }.
help-on-behalf = Actúa por { $name }, a quien usted representa.
help-end = Terminar la ayuda
help-helped = Quién le ayudó
help-who = Quién
help-from = Desde
help-to = Hasta
help-counter-too = ¿Hizo un trámite en ventanilla?
help-was-helped = Una persona de la entidad le ayudó a llenarlo.
help-author-call-centre = La entidad, en nombre de la persona (por teléfono)
help-author-counter = La entidad, en nombre de la persona (en ventanilla)

## Los registros que faltan consultar
help-asked-later = Este trámite usa datos de otros registros. Se consultan cuando la persona entra con su cuenta y sigue con el borrador.
help-not-asked-yet = Falta consultar sus datos
help-ask-now = Lo que usted escribió está guardado. Antes de enviar, consultamos sus datos en estos registros:
help-only-herself = Lo que escribió está guardado. Antes de enviar, hay que consultar datos de la persona en otros registros, y solo ella puede pedirlo: entra con su cuenta, abre este borrador y lo envía. También puede hacer el trámite en una ventanilla, con su documento. Faltan:
help-ask = Consultar mis datos
help-to-list = Volver a la lista

## Quien ayuda por teléfono
help-assist = Ayudar por teléfono
help-assist-for = Pida a la persona el código que creó en la página «Pedir ayuda» de su cuenta.
help-her-code = Código de la persona
help-her-code-hint = 8 cifras
help-about = Número del trámite o del borrador
help-about-hint = Si la persona lo sabe. Por ejemplo 7K3M-9Q2P-X0TD
help-begin = Empezar a ayudar
help-refused = Con estos datos no se puede ayudar. Pida a la persona que lea otra vez el código y el número, o que cree otro código.
help-too-many-tries = Escribió 5 veces datos que no sirven. Espere una hora.
help-not-for-you = Esta página no es para usted.
help-has-ended = La ayuda terminó. Para seguir, pida a la persona otro código.
help-of-another = Esta página era de otra persona, a quien ya no ayuda. Vuelva a empezar.
help-you-help = Usted ayuda a
help-until = La ayuda termina el { $end }.
help-to-end = Terminar la ayuda o empezar otro trámite
help-no-name = Persona sin nombre registrado
help-her-list = Ver sus trámites y borradores
help-to-procedures = Empezar otro trámite
help-begin-one = Empezar un trámite
help-read-back = Leí todo a la persona. Ella dijo que es verdad y que quiere enviarlo.

## La ventanilla
help-counter = Ventanilla
help-counter-for = Para quien está delante de usted y no usa una cuenta. Los registros se consultan con el número de su documento.
help-new-at-counter = Trámite nuevo
help-document = Número de documento
help-document-hint = Como está en el documento, por ejemplo 1234567 o 1234567-1A
help-document-wrong = Escriba el número como está en el documento: 1234567 o 1234567-1A
help-name = Nombre y apellidos de la persona
help-seen = Vi a la persona y su documento. Ella pide que se consulten sus datos.
help-begin-filing = Empezar el trámite
help-read-at-counter = La persona leyó o escuchó todo. Ella dijo que es verdad y que quiere enviarlo.
help-print = Imprima esta página y entréguela a la persona.
help-printed-code = Código del trámite
help-code-keeps = Con el número y este código puede preguntar en ventanilla, o agregar el trámite a su cuenta en la página «Agregar un trámite de ventanilla».
help-to-counter = Volver a la ventanilla
help-find = Ver un trámite hecho en ventanilla
help-find-for = Escriba el número y el código que están en el papel que la persona recibió.
help-number = Número del trámite

## Agregar un trámite a la cuenta
help-claim = Agregar un trámite de ventanilla
help-claim-for = Si hizo un trámite en ventanilla, agréguelo a su cuenta. El número y el código están en el papel que recibió.
help-claim-it = Agregar a mi cuenta
help-claim-wrong = El número y el código no corresponden a un trámite que se pueda abrir. Revise el papel. Si el trámite ya está en una cuenta, se ve en esa cuenta.
help-event-joined = Agregado a la cuenta de la persona
# El diseño de trámites
design = Diseño de trámites
design-for = Aquí se escriben los trámites de la entidad, se prueban y se publican. Lo que escribe se guarda en un borrador: nadie lo ve hasta que usted lo publica.
design-procedures = Trámites de la entidad
design-procedure = Trámite
design-newest = Versión publicada
design-draft = Borrador guardado
design-nothing-yet = Todavía no hay trámites. Empiece uno nuevo, o traiga uno de un archivo.
design-not-published = Sin publicar
design-open = Abierto
design-withdrawn = Retirado
design-version = Versión { $number }
design-new = Nuevo trámite
design-new-for = El trámite comienza con lo mínimo: una pregunta, un paso y un documento. Después cambia cada parte.
design-begin = Comenzar
design-in-english = { $label } (en inglés)
design-save = Guardar
design-change = Cambiar
design-edit = Editar
design-no-draft = Nadie está trabajando en este trámite. Para cambiarlo, comience un borrador de la versión publicada.
design-yes = sí
design-no = no
design-none = Nada todavía
design-optional = opcional
design-sometimes = según el caso
design-line = «{ $line }»: { $why }
design-too-long = es demasiado largo
design-code = Código
design-code-hint = Letras minúsculas sin acento, cifras y guiones. Si lo deja vacío, se forma del título. Después no cambia.
design-no-code = Use letras minúsculas sin acento, cifras y guiones, y comience con una letra
design-code-taken = Ese código ya se usa: elija otro
design-order = Orden
design-up = Subir
design-down = Bajar
design-away = Quitar esta parte
design-take-away = Quitar
design-sound = Todo está en orden: se puede publicar
design-unsound = Antes de publicar, corrija lo siguiente

# Las partes de un trámite
design-entry = Lo que lee la gente
design-texts = Título y descripción
design-procedure-title = Nombre del trámite
design-summary = Qué es, en una frase
design-description = Descripción
design-eligibility = Quién puede pedirlo
design-subject = Para quién y dónde se encuentra
design-audience = Para quién es
design-sector = Ventanilla única
design-events = En qué momentos se necesita
design-search-words = Palabras para buscarlo
design-keywords = Otras palabras con que la gente lo busca
design-keywords-hint = Una en cada línea
design-related = Trámites relacionados
design-related-hint = El código de cada trámite, uno en cada línea
design-deadline = Plazo
design-working-days = Días hábiles para responder
design-working-days-hint = Escriba 0 si se entrega en el momento
design-silence = Si nadie responde a tiempo
design-silence-grants = Se concede lo que se pidió
design-silence-denies = Se toma como un no, y se puede reclamar
design-silence-escalates = Pasa a quien supervisa
design-burden = Antes y después de simplificarlo
design-burden-known = Sabemos lo que costaba antes y lo que cuesta ahora
design-burden-before = Antes
design-burden-after = Ahora
design-burden-steps = Pasos que da la persona
design-burden-visits = Veces que va a una oficina
design-burden-documents = Documentos que lleva
design-burden-days = Días hasta tener lo que pidió
design-burden-cost = Lo que paga, en bolivianos
design-burden-said = Antes { $before } días, ahora { $after } días
design-title = Título
design-amount = Monto en bolivianos
design-amount-hint = Déjelo vacío si depende del caso
design-cost-note = Cómo se calcula
design-rule-title = Nombre y número de la norma
design-rule-says = Qué dice de este trámite
design-rule-url = Dirección de internet donde se lee
design-output-for = Cuánto tiempo vale y para qué sirve
design-requirement-title = Qué se pide
design-more = Explicación
design-issuer = Quién lo emite
design-brought = Cómo llega a la entidad
design-by-applicant = Lo trae la persona
design-by-exchange = Lo pide la entidad al registro que lo tiene: nadie lo trae
design-channel-kind = De qué manera
design-channel-address = Dirección
design-channel-address-hint = Una página, un teléfono, un correo o una dirección postal. Déjela vacía si se hace en este portal o en una oficina.
design-channel-places = En qué lugares
design-channel-note = Qué hay que saber
design-place-name = Nombre del lugar
design-place-address = Calle, número y piso
design-place-municipality = Municipio
design-place-department = Departamento
design-place-hours = Horario
design-place-hours-hint = Un horario en cada línea, por ejemplo lun-vie 08:30-16:30
design-place-telephone = Teléfono
design-place-position = Coordenadas
design-place-position-hint = Grados norte y este, por ejemplo -16.5004, -68.1306
design-no-hours = escriba los días y las horas, por ejemplo lun-vie 08:30-16:30
design-no-position = Escriba dos números separados por una coma: -16.5004, -68.1306
design-costs = Costos
design-add-costs = Añadir un costo
design-one-costs = Un costo
design-legal-basis = Base legal
design-add-legal-basis = Añadir una norma
design-one-legal-basis = Una norma
design-channels = Dónde y cómo se hace
design-add-channels = Añadir una manera de hacerlo
design-one-channels = Una manera de hacerlo
design-places = Lugares
design-add-places = Añadir un lugar
design-one-places = Un lugar
design-outputs = Lo que se recibe
design-add-outputs = Añadir algo que se recibe
design-one-outputs = Algo que se recibe
design-requirements = Requisitos
design-add-requirements = Añadir un requisito
design-one-requirements = Un requisito
design-evidence = Qué lo prueba
design-add-evidence = Añadir una prueba
design-one-evidence = Una prueba

# Cómo se hace en línea
design-how-online = Cómo se hace en línea
design-not-online = Este trámite no se hace en línea: la gente solo lo lee.
design-make-online = Hacerlo en línea
design-online = Calendario y reloj
design-calendar = De qué lugar valen los días hábiles
design-whole-state = Todo el país
design-clock = Mientras la persona corrige su solicitud
design-clock-stops = El plazo se detiene
design-clock-runs = El plazo sigue corriendo
design-pages = Páginas de preguntas
design-add-pages = Añadir una página
design-one-pages = Una página de preguntas
design-page-title = De qué trata la página
design-page-hint = Ayuda para responder
design-page-fields = Preguntas, en orden
design-page-fields-hint = El nombre corto de cada pregunta, uno en cada línea
design-no-question = no es el nombre de ninguna pregunta
design-documents = Documentos para adjuntar
design-add-documents = Añadir un documento
design-one-documents = Un documento para adjuntar
design-document-hint = Ayuda para adjuntar el correcto
design-file-kinds = Qué archivos se aceptan
design-file-pdf = PDF
design-file-image = Foto
design-file-signed = Documento firmado por otra entidad
design-file-most = Cuántos archivos como máximo
design-can-be-left-out = Se puede dejar de lado
design-fees = Tasas
design-add-fees = Añadir una tasa
design-one-fees = Una tasa
design-fixed-amount = Un monto fijo
design-amount-of = De dónde sale el monto
design-fee-of = Por qué se paga
design-whole-application = Por toda la solicitud
design-paid-before = Cuándo se paga
design-before-review = Antes de que alguien la revise
design-before-result = Después de aprobada, antes de la entrega
design-registrations = Lo que se puede pedir
design-add-registrations = Añadir algo que se puede pedir
design-one-registrations = Algo que se puede pedir
design-registration-title = Qué se pide
design-needs = Qué tiene que concederse antes
design-result = Lo que se entrega
design-result-title = Nombre del documento
design-made = Cómo se hace
design-of-text = Con un texto
design-by-hand = A mano: quien decide adjunta el archivo
design-result-text = Texto del documento. Ponga entre llaves el nombre corto de una pregunta, y ahí saldrá la respuesta
design-steps = Pasos
design-add-steps = Añadir un paso
design-one-steps = Un paso
design-step = Paso
design-step-title = Qué se hace
design-step-role = Quién lo hace
design-step-days = Días hábiles que toma
design-step-powers = Qué más se puede decidir
design-power-reject = Rechazar la solicitud
design-power-send-back = Devolverla para que se corrija
design-whole = Todo el borrador
design-json = El borrador como JSON
design-json-text = Definición en JSON
design-json-hint = Para lo que no está en las otras páginas. Se guarda solo si es una definición completa.
design-other-code = El código del trámite no puede cambiar aquí: importe la definición como otro trámite
design-discard = Descartar el borrador
design-discard-for = Se pierde lo que se cambió desde la última versión publicada. Si el trámite nunca se publicó, se pierde todo.
design-discard-now = Sí, descartar el borrador

# Las preguntas
design-questions = Preguntas
design-add-questions = Añadir una pregunta
design-one-question = Una pregunta
design-on-no-page = En ninguna página
design-what-for = Lo que se pide
design-kind = Clase de respuesta
design-choose-kind = ¿Qué clase de respuesta espera?
design-other-kind = Cambiar la clase
design-kind-line = Un texto de una línea
design-kind-lines = Un texto largo
design-kind-choice = Una opción de una lista
design-kind-choices = Varias opciones de una lista
design-kind-check = Sí o no
design-kind-date = Una fecha
design-kind-integer = Un número entero
design-kind-decimal = Un número con decimales
design-kind-money = Un monto de dinero
design-kind-mask = Un texto con una forma fija, como una placa
design-kind-email = Un correo electrónico
design-kind-telephone = Un teléfono
design-kind-consent = Una frase que hay que aceptar
design-question-title = Pregunta
design-question-hint = Ayuda para responderla
design-required = Hay que responderla
design-question-page = En qué página se pregunta
design-no-page = En ninguna
design-question-name = Nombre corto
design-question-name-hint = Letras minúsculas sin acento, cifras y guion bajo. Si lo deja vacío, se forma de la pregunta. Después no cambia.
design-no-name = Use letras minúsculas sin acento, cifras y guion bajo, y comience con una letra
design-least-letters = Letras como mínimo
design-most-letters = Letras como máximo
design-least-number = El menor número
design-most-number = El mayor número
design-least-money = El menor monto
design-most-money = El mayor monto
design-least-date = No antes de
design-most-date = No después de
design-date-hint = Una fecha como 28/11/2026, o la palabra hoy
design-least-choices = Opciones como mínimo
design-decimals = Decimales como máximo
design-masks = Formas
design-masks-hint = Una en cada línea: 0 es una cifra, A una letra, * cualquiera de las dos. Por ejemplo 0000-AAA
design-choices = Opciones
design-choices-hint = Una en cada línea: código = Título | Title. Si no pone código, se forma del título.
design-formula = Fórmula, si se calcula
design-formula-hint = Por ejemplo round(superficie * 2.5). El dinero se calcula en centavos.
design-source = De dónde viene la respuesta
design-asked = Se pregunta a la persona
design-concept = De qué dato se trata
design-concept-hint = Escriba el código del vocabulario o una palabra, por ejemplo nacimiento. Si ningún registro podría saberlo, escriba propio.
design-own-word = propio
design-no-concept = El vocabulario no tiene ese dato. Pruebe con otra palabra, o escriba propio
design-several-concepts = Puede ser más de un dato: escriba el código del que corresponde. { $concepts }
design-wrong = Esto no se entiende: { $rule }
design-when = Cuándo vale
design-always = Siempre
design-no-more = Nada más
design-when-field = { $number ->
    [1] Depende de esta pregunta
   *[other] Pregunta { $number } de la que depende
}
design-when-test = { $number ->
    [1] Tiene que
   *[other] La pregunta { $number } tiene que
}
design-when-value = { $number ->
    [1] Este valor
   *[other] Valor { $number }
}
design-when-value-hint = El código o el título de una opción, un número, una fecha, sí o no. Varios se separan con punto y coma.
design-test-is = ser
design-test-is-not = no ser
design-test-is-one-of = ser uno de
design-test-at-least = ser al menos
design-test-at-most = ser como máximo
design-when-join = Tienen que cumplirse
design-when-all = Todas las condiciones
design-when-any = Alguna de las condiciones
design-when-json = Condición en JSON
design-when-json-hint = Esta condición es más compleja de lo que cabe en los campos. Déjela vacía para quitarla.
design-no-json = Esto no es JSON
design-no-choice = No es una opción de esa pregunta. Las opciones son: { $known }
design-no-value = Ese valor no sirve para esa pregunta

# El vocabulario
design-vocabulary = Vocabulario de datos
design-vocabulary-for = Todas las entidades llaman igual a un mismo dato. Así se sabe qué registro lo tiene, y no se pide dos veces.
design-search = Buscar un dato
design-find = Buscar
design-words = Cómo lo llaman los formularios
design-nothing-found = El vocabulario no tiene ningún dato con esas palabras.

# La prueba
design-preview = Vista previa
design-preview-choice = Vista previa de lo que se pide
design-preview-for = Así la verá la persona. Puede escribir y revisar: nada se guarda. Las otras páginas llevan respuestas de ejemplo.
design-preview-judge = Revisar lo que escribí
design-preview-right = Todo está bien respondido
design-preview-hidden = Preguntas que ahora no se hacen
design-try = Probar
design-cannot-try = El trámite todavía no se puede probar.
design-try-for = Qué pasaría si alguien presenta hoy esta solicitud, paga en el momento y cada paso termina el último día. Nada se guarda.
design-try-answers = Respuestas
design-try-another = Otro ejemplo de respuestas
design-try-now = Probar con estas respuestas
design-try-happens = Lo que pasaría
design-try-wrong = Con estas respuestas no se podría presentar:
design-try-total = En total { $total }
design-try-no-steps = Nadie lo revisa: se decide en el momento.
design-try-passed = No se dan estos pasos:
design-try-issued = se entrega el { $day }
design-try-beyond = Hasta aquí llega la prueba: el calendario conoce los días hábiles hasta el { $day }, y lo que sigue terminaría después.
design-try-deadline = Plazo para responder: { $time }.
design-of = De
design-from = Desde el
design-until = Hasta el

# La publicación
design-publish = Publicar
design-cannot-publish = El trámite todavía no se puede publicar.
design-will-be = Será la versión { $number }. Desde ese momento, quien comience el trámite usará esta versión.
design-publish-now = Publicar ahora
design-changes = Qué cambia
design-no-changes = No cambia nada.
design-place = Parte
design-before = Antes
design-after = Ahora
design-more-changes = Y { $count } cambios más.
design-running = { $count ->
    [0] No hay solicitudes en curso.
    [one] Las solicitudes en curso siguen con su versión: la { $versions }.
   *[other] Las solicitudes en curso siguen cada una con su versión. Hay { $count } versiones en uso: { $versions }.
}
design-withdraw = Retirar el trámite
design-withdraw-for = Nadie podrá comenzarlo, y deja de estar en el catálogo. Las solicitudes en curso siguen hasta el final.
design-withdraw-now = Sí, retirar el trámite
design-export = Descargar la definición
design-import = Traer un trámite de un archivo
design-import-for = Elija el archivo de la definición, o pegue su texto. Se guarda como borrador.
design-import-file = Archivo JSON
design-import-text = Texto de la definición
design-import-nothing = Elija un archivo, o pegue el texto de la definición
design-import-replaces = Si ya hay un borrador de este trámite, reemplazarlo
design-import-now = Traer
design-draft-there = Ya hay un borrador de este trámite. Marque la casilla para reemplazarlo
design-versions = Versiones
design-versions-for = Cada versión queda como se publicó. Puede volver a trabajar en cualquiera.
design-number = Versión
design-when-published = Publicada
design-by = Por
design-in-use = Con solicitudes en curso
design-make-draft = Trabajar en esta versión
design-replaces-draft = Hay un borrador de este trámite: esta versión lo reemplaza.
# Fondos en concurso: lo que ve cualquiera
funds = Fondos en concurso
funds-lead = El Estado financia proyectos de personas, empresas y entidades. Aquí ve para qué hay dinero, hasta cuándo se postula y cómo se decide.
funds-no-calls = Todavía no hay convocatorias.
funds-all-calls = Ver todas las convocatorias
funds-mine = Mis propuestas
funds-total = Monto total
funds-most = Monto máximo por proyecto
funds-for-whom = Quién puede postular
funds-for-person = Personas
funds-for-company = Empresas y negocios
funds-for-entity = Entidades del Estado
funds-opens = Se postula desde
funds-closes = Se postula hasta
funds-clock = La hora es la de Bolivia. Lo que llega en la hora de cierre, o después, ya no se recibe.
funds-opens-at = Se postula desde el { $time }.
funds-closes-at = Se postula hasta el { $time }.
funds-closed-since = La convocatoria cerró el { $time }. Ya no se recibe ni se cambia ninguna propuesta.
funds-phase-draft = En preparación
funds-phase-announced = Abre pronto
funds-phase-open = Abierta
funds-phase-evaluation = En evaluación
funds-phase-resolved = Con resultado
funds-rules = Reglas
funds-what-is-asked = Qué le pedimos
funds-asked-project = Su proyecto: título, resumen y monto
funds-document = (se adjunta)
funds-document-optional = (se adjunta si lo tiene)
funds-criteria = Criterios
funds-criterion = Criterio
funds-weight = Peso
funds-meaning = Qué se mira
funds-least-says = Cada propuesta recibe de 0 a 100 puntos. Con menos de { $least } no puede recibir dinero.
funds-rule = Los puntos son el promedio de los evaluadores en cada criterio, según el peso del criterio. Primero va quien tiene más puntos; si hay empate, quien presentó antes; y si presentaron en el mismo instante, el número de propuesta menor. En ese orden, cada una recibe lo que pide mientras alcance el dinero. Si una pide más de lo que queda, no recibe nada y se mira la siguiente.
funds-bounds = Cada postulante compite con una propuesta. Puede retirarla y presentar otra antes del cierre, hasta cinco veces. La convocatoria recibe 500 propuestas como máximo, contando las retiradas.
funds-compete = Postular
funds-compete-company = Si postula una empresa, ingrese como su representante.
funds-compete-entity = Por una entidad del Estado postula su personal:
funds-compete-for-entity = Postular por una entidad
funds-sealed-promise = Nadie de la entidad puede leer las propuestas antes del cierre.
funds-history = Qué pasó
funds-when = Cuándo
funds-what = Qué

# Fondos: el resultado
funds-see-result = Ver el resultado
funds-result = Resultado de la convocatoria
funds-no-result-yet = Esta convocatoria todavía no tiene resultado.
funds-resolved-at = Publicado
funds-granted = Monto otorgado
funds-remark = Observación
funds-nobody-competed = No se presentó ninguna propuesta.
funds-ranking = Orden de las propuestas
funds-place = Lugar
funds-project = El proyecto
funds-points = Puntos
funds-asked = Monto que pide
funds-outcome = Resultado
funds-outcome-granted = Financiada
funds-outcome-not-granted = Sin financiar: no alcanzó el dinero
funds-outcome-ineligible = No elegible: no llegó a los puntos mínimos
funds-outcome-withdrawn = Retirada
funds-compute-again = Cómo comprobar este resultado
funds-compute-again-how = Con los datos de abajo cualquiera puede volver a calcular el orden y los montos. El documento firmado dice cuáles son esos datos, por su resumen SHA-256.
funds-data = Datos para volver a calcular (JSON)
funds-signed = Resultado firmado por la entidad
funds-points-and-reasons = Puntos y razones
funds-back-to-result = Volver al resultado
funds-evaluator-number = Evaluador { $number }
funds-abstained = No evaluó esta propuesta, porque declaró un conflicto de interés.
funds-why = Por qué

# Fondos: postular
funds-steps = Pasos para postular
funds-questions = Preguntas
funds-check = Revisar y presentar
funds-entity = Entidad que postula
funds-entity-hint = Usted responde por la propuesta en nombre de esta entidad.
funds-project-title = Título del proyecto
funds-summary = Resumen
funds-summary-hint = Qué quiere hacer, para quién, y qué habrá al final.
funds-asked-hint = En bolivianos, hasta { $most }.
funds-save-and-go-on = Guardar y seguir
funds-kept = Lo que escribe se guarda al seguir. Puede continuar otro día, antes del cierre, desde «Mis propuestas».
funds-attach = Adjuntar archivos
funds-attach-one = Adjunte un archivo para seguir.
funds-nothing-attached = No adjuntó nada.
funds-not-complete = Todavía falta algo
funds-not-complete-for = Complete estas partes para poder presentar:
funds-before-submitting = Al presentar recibe una constancia firmada. Hasta el cierre nadie de la entidad puede leer su propuesta, y usted puede retirarla. Después se publican el título, el monto y los puntos de todas las propuestas. El nombre de quien postula se publica solo si recibe dinero.
funds-all-is-true = Declaro que lo que digo es verdad y acepto las reglas de la convocatoria
funds-submit = Presentar la propuesta
funds-submitted = Su propuesta está presentada
funds-submitted-for = Guarde la constancia firmada: prueba qué presentó y cuándo.
funds-your-number = Número de propuesta
funds-receipt = Descargar la constancia firmada
funds-drafts = Sin presentar
funds-without-title = Propuesta sin título
funds-sent = Presentadas
funds-nothing-sent = No presentó ninguna propuesta.
funds-state-submitted = Presentada
funds-what-it-says = Lo que dice
funds-withdraw = Retirar la propuesta
funds-withdraw-for = Si la retira, ya no compite. Lo que escribió queda como borrador, y puede presentarlo de nuevo antes del cierre.
funds-withdraw-without-draft = Si la retira, ya no compite. Lo que escribió se puede leer en «Mis propuestas», pero no vuelve a ser un borrador: usted ya tiene otro para esta convocatoria, o tiene demasiados.
funds-withdraw-why = Por qué la retira
funds-keep = No, dejarla como está
funds-discard = Borrar el borrador
funds-discard-for = Se borra todo lo que escribió para esta convocatoria y no presentó.
funds-of-entity = Propuestas de entidades
funds-of-entity-for = Usted puede postular en nombre de una entidad del Estado.
funds-of-entity-list = Ver las propuestas que presenté por una entidad

# Fondos: lo que no se puede
funds-not-for-you = Esta página no es para usted.
funds-not-yet = Esta convocatoria recibe propuestas desde el { $time }.
funds-for-others = Esta convocatoria es para otro tipo de postulantes.
funds-competes-already = Usted ya compite con una propuesta en esta convocatoria. Para presentar otra, retire primero la anterior.
funds-entity-competes-already = Esta entidad ya compite con una propuesta en esta convocatoria. Para presentar otra, retire primero la anterior.
funds-too-often = Ya presentó y retiró propuestas cinco veces en esta convocatoria. No se recibe otra.
funds-no-room = Esta convocatoria ya recibió todas las propuestas que se pueden evaluar. No se recibe otra.
funds-incomplete = A la propuesta le falta algo. Vuelva a revisarla.
funds-taken-back = Esta propuesta ya fue retirada.
funds-full = Ya no cabe más aquí.

# Fondos: la oficina
funds-office = Convocatorias
funds-new-call = Nueva convocatoria
funds-new-call-for = Empiece por lo general. Los criterios, las preguntas y los evaluadores vienen después. Nada es público hasta que usted lo publique.
funds-begin-call = Empezar la convocatoria
funds-edit = Cambiar lo general
funds-save = Guardar
funds-code = Código
funds-code-hint = Letras minúsculas, cifras y guiones, por ejemplo: innova-2027. Queda en la dirección de la página y no cambia.
funds-code-wrong = Escriba el código con letras minúsculas, cifras y guiones, y una letra al inicio.
funds-code-taken = Ya hay una convocatoria con este código, o la palabra no se puede usar. Elija otro.
funds-call-title = Título
funds-call-title-english = Título en inglés
funds-purpose = Para qué es el dinero
funds-purpose-english = Para qué es el dinero, en inglés
funds-rules-english = Reglas, en inglés
funds-opens-hour = Hora de apertura
funds-closes-hour = Hora de cierre
funds-hour-hint = De 00:00 a 23:59, hora de Bolivia
funds-hour-wrong = Escriba la hora así: 18:00
funds-least = Puntos mínimos
funds-least-hint = De 0 a 100. Con menos, una propuesta no recibe dinero.
funds-parts-of-call = Partes de la convocatoria
funds-parts = Criterios y documentos
funds-criteria-hint = Uno por línea: Título | peso | qué se mira. Los pesos suman 100.
funds-criteria-wrong = Escriba cada criterio en una línea: Título | peso de 1 a 100 | qué se mira.
funds-documents = Documentos que se adjuntan
funds-documents-hint = Uno por línea. Si no es obligatorio, termine la línea con: | opcional
funds-schema-hint = Un documento JSON Schema, como el de los trámites. Si no pregunta nada más que el proyecto, déjelo vacío.
funds-evaluators = Evaluadores
funds-evaluators-hint = Aparecen quienes tienen el rol de evaluador y se anotaron en «Convocatorias».
funds-evaluators-wrong = Elija a alguien que todavía no evalúa esta convocatoria; son diez como máximo.
funds-needs = Para publicarla falta
funds-problem-audience = Diga quién puede postular.
funds-problem-order = La hora de cierre tiene que ser después de la de apertura.
funds-problem-over = La hora de cierre ya pasó.
funds-problem-money = El monto total tiene que ser más que cero.
funds-problem-most = El monto máximo por proyecto tiene que ser más que cero, y no más que el total.
funds-problem-criteria = Escriba de uno a diez criterios.
funds-problem-documents = Pida diez documentos como máximo.
funds-problem-weights = Los pesos de los criterios suman { $sum }, y tienen que sumar 100.
funds-problem-twice = El código { $code } está dos veces.
funds-problem-evaluators = Nombre de uno a diez evaluadores.
funds-problem-questions = Las preguntas no están bien descritas: { $problem }
funds-problem-bound = La pregunta { $field } viene de un registro. En una convocatoria no se consultan registros: quite x-source.
funds-problem-divides = La pregunta { $field } se calcula dividiendo entre cero: cambie la fórmula.
funds-no-json = Esto no es JSON: revise la línea { $line }.
funds-not-sound = La convocatoria todavía no se puede publicar. Vea qué le falta.
funds-publish = Publicar la convocatoria
funds-publish-for = Cuando sea pública ya no se cambia: solo se puede ampliar el plazo o nombrar más evaluadores, con una razón que todos leen. Nadie podrá leer las propuestas antes del cierre.
funds-public-already = La convocatoria es pública y ya no se cambia.
funds-public-page = Ver la página pública
funds-sealed-until-closing = Las propuestas están selladas: ni siquiera se dice cuántas hay. Podrá leerlas desde el cierre.
funds-sealed = Las propuestas se pueden leer desde el { $time }, cuando cierra la convocatoria.
funds-extend = Ampliar el plazo
funds-extend-for = Solo se puede mover el cierre a más tarde. La razón aparece en la página de la convocatoria.
funds-only-later = El nuevo cierre tiene que ser después del actual.
funds-why-public = Todos pueden leerlo.
funds-reason-missing = Escriba la razón.
funds-name = Nombrar más evaluadores
funds-name-for = Elija a quién agregar. A nadie se le quita.
funds-number = Número
funds-evaluator = Evaluador
funds-how-far = Cómo va
funds-has-finished = Terminó
funds-has-not-finished = No terminó
funds-proposals = Propuestas
funds-competitor = Postula
funds-nameless = Sin nombre registrado
funds-resolve = Publicar el resultado
funds-resolve-for = Se calcula con la regla publicada, se firma, se publica y se avisa a quienes postularon. No se puede deshacer.
funds-resolve-early = No todos los evaluadores terminaron. Si publica ahora cierra la evaluación, y cuenta lo que ya dijeron: escriba por qué. No se puede deshacer.
funds-remark-hint = Hace falta si no todos los evaluadores terminaron. Todos pueden leerla.
funds-unscored = Nadie dio puntos a la propuesta { $number }. Nombre a otro evaluador.
funds-not-evaluation = La convocatoria no está en evaluación, o los puntos ya están a la vista.

# Fondos: evaluar
funds-judge = Convocatorias que evalúo
funds-join-for = Anótese para que la oficina pueda nombrarle en una convocatoria.
funds-join = Anotarme como evaluador
funds-nothing-to-judge = No hay nada que evaluar.
funds-to-judge = Por evaluar
funds-to-judge-for = { $left ->
    [0] Evaluó todas las propuestas. Cuando esté de acuerdo con sus puntos, termine.
    [one] Le queda una propuesta. Nadie ve sus puntos, ni usted los de otros, hasta que todos terminen.
   *[other] Le quedan { $left } propuestas. Nadie ve sus puntos, ni usted los de otros, hasta que todos terminen.
}
funds-your-part = Lo que usted dijo
funds-part-waits = Pendiente
funds-part-marked = Con sus puntos
funds-part-abstained = Conflicto de interés
funds-your-points = Sus puntos
funds-your-points-for = De 0 a 100 en cada criterio. Las razones se publican sin su nombre.
funds-points-of = Puntos: { $criterion }
funds-why-of = Por qué esos puntos: { $criterion }
funds-save-points = Guardar los puntos
funds-marks-wrong = Dé de 0 a 100 puntos en cada criterio, con una razón.
funds-conflict = Conflicto de interés
funds-conflict-for = Si conoce a quien postula o le interesa el resultado, no evalúe esta propuesta.
funds-conflict-why = Cuál es el conflicto
funds-conflict-hint = Queda en el registro. En público solo se dice que usted no evaluó esta propuesta.
funds-abstain = Declarar un conflicto de interés
funds-abstain-for = Su parte no contará, y ya no podrá leer esta propuesta. No se puede deshacer.
funds-back-to-proposals = Volver a las propuestas
funds-back-to-proposal = Volver a la propuesta
funds-finish = Terminar mi evaluación
funds-finish-for = Cuando termine ya no podrá cambiar sus puntos.
funds-have-finished = Usted terminó
funds-have-finished-for = Cuando todos terminen podrá ver los puntos de los demás.
funds-points-open = Todos terminaron
funds-points-open-for = Los puntos de todos están a la vista y ya no cambian.
funds-not-evaluator = Usted no evalúa esta convocatoria.
funds-you-abstain = Usted no evalúa esta propuesta: es suya, o declaró un conflicto de interés.
funds-you-finished = Usted ya terminó su evaluación.
funds-left-to-judge = { $left ->
    [one] Todavía le queda una propuesta por evaluar.
   *[other] Todavía le quedan { $left } propuestas por evaluar.
}

# Fondos: lo que pasó
funds-event-made = Se empezó la convocatoria
funds-event-changed = Se cambió la convocatoria
funds-event-published = Se publicó la convocatoria
funds-event-extended = Se amplió el plazo hasta el { $time }
funds-event-named = { $count ->
    [one] Se nombró a un evaluador más
   *[other] Se nombró a { $count } evaluadores más
}
funds-event-finished = Terminó el evaluador { $number }
funds-event-scored = Terminaron todos los evaluadores
funds-event-resolved = Se publicó el resultado
funds-event-submitted = Se presentó la propuesta
funds-event-withdrawn = Se retiró la propuesta
funds-event-marked = Dio puntos el evaluador { $number }
funds-event-abstained = Declaró un conflicto de interés el evaluador { $number }
funds-event-placed = Se publicó qué resultó de la propuesta

# Fondos: lo que se avisa
funds-told-granted = Su proyecto «{ $project }» recibe { $amount } en la convocatoria «{ $call }». En el resultado ve los puntos y las razones.
    .subject = Su proyecto recibe dinero
funds-told-not-granted = Su proyecto «{ $project }» no recibe dinero en la convocatoria «{ $call }»: tuvo puntos suficientes, pero el monto no alcanzó. En el resultado ve los puntos y las razones.
    .subject = Su proyecto no recibe dinero esta vez
funds-told-ineligible = Su proyecto «{ $project }» no llegó a los puntos mínimos en la convocatoria «{ $call }». En el resultado ve los puntos y las razones.
    .subject = Su proyecto no llegó a los puntos mínimos

# El foro
forum = Foro
forum-lead = Pregunte, y lea lo que otras personas preguntaron.
forum-no-topics = Todavía no hay temas.
forum-rules = Nada se borra. Lo que no respeta a los demás se oculta, y se dice por qué.
forum-for-moderators = Moderar el foro (personal de la entidad)
forum-search = Buscar en el foro
forum-search-for = Buscar en el foro
forum-find = Buscar
forum-found = { $count ->
    [0] No encontramos nada.
    [one] Encontramos un mensaje.
   *[other] Encontramos { $count } mensajes.
}
forum-ask = Hacer una pregunta
forum-no-threads = Nadie preguntó todavía. Sea la primera persona.
forum-answers = { $answers ->
    [0] Sin respuestas
    [one] Una respuesta
   *[other] { $answers } respuestas
}
forum-last = Último mensaje: { $time }
forum-locked = Cerrado
forum-locked-by = Cerrado por { $entity } porque: { $reason }
forum-hidden-by = Oculto por { $entity } porque: { $reason }
forum-hidden-title = Pregunta oculta
forum-somebody = Una persona
forum-official = Respuesta de la entidad
forum-answer = Responder
forum-for-staff = Para el personal de la entidad
forum-answer-as-entity = Responder como entidad
forum-as-entity-for = Su respuesta lleva el nombre de la entidad, no el suyo.
forum-title = Su pregunta, en pocas palabras
forum-title-hint = Por ejemplo: ¿Puedo renovar mi licencia por internet?
forum-text = Su mensaje
forum-public-warning = Lo lee cualquiera. No escriba su cédula, su teléfono ni datos de otras personas.
forum-show-name = Mostrar mi primer nombre
forum-show-name-hint = Si no lo marca, aparece como «Una persona».
forum-publish = Publicar
forum-report-post = Avisar de un problema con el mensaje { $number }
forum-report = Avisar de un problema
forum-report-for = Lo ven solo quienes moderan el foro.
forum-report-why = Cuál es el problema
forum-reported = Gracias por avisar
forum-reported-for = Quienes moderan el foro van a mirarlo.
forum-back-to-thread = Volver a la pregunta
forum-moderation = Moderar el foro
forum-reports = Avisos por mirar
forum-no-reports = No hay avisos por mirar.
forum-reported-because = Avisaron esto:
forum-hide = Ocultar el mensaje
forum-restore = Volver a mostrar el mensaje
forum-dismiss = Dejar el mensaje como está
forum-lock = Cerrar la pregunta
forum-unlock = Volver a abrir la pregunta
forum-why = Por qué
forum-why-public = Todos pueden leerlo.
forum-done-hidden = Oculto
forum-done-restored = Mostrado de nuevo
forum-done-kept = Dejado como está
forum-done-locked = Cerrado
forum-done-unlocked = Abierto de nuevo
forum-new-topic = Nuevo tema
forum-make-topic = Crear el tema
forum-code = Código
forum-code-hint = Letras minúsculas, cifras y guiones, por ejemplo: licencias
forum-code-wrong = Escriba el código con letras minúsculas, cifras y guiones, y una letra al inicio.
forum-code-taken = Ya hay un tema con este código, o la palabra no se puede usar. Elija otro.
forum-topic-title = Título del tema
forum-topic-title-english = Título del tema, en inglés
forum-topic-about = Qué se pregunta aquí
forum-topic-about-english = Qué se pregunta aquí, en inglés
forum-not-for-you = Esta página es para quienes moderan el foro.
forum-is-locked = La pregunta está cerrada: ya no se responde.
forum-already = Ya está hecho, o ya no hace falta.
forum-text-wrong = Escriba algo, y no más de lo que cabe.
forum-reason-missing = Escriba por qué, en pocas palabras.
forum-too-fast = Puede escribir { $most } mensajes por hora. Vuelva más tarde.
forum-too-many-reports = Hay demasiados avisos en esta hora: se reciben { $most }. Vuelva más tarde.
forum-full = Ya no cabe más aquí.
