# Lo que dicen las páginas de la ciudadanía digital, y lo que se avisa.

# La portada
citizenship = Ciudadanía digital
citizenship-for = Con su cuenta ingresa a los servicios del Estado. Regístrese con su cédula de identidad: comparamos lo que escribe con el registro de identificación.
register = Registrarse
have-account = ¿Ya tiene una cuenta?
sign-in = Ingrese
counter-for = También puede acudir a una ventanilla con su cédula de identidad.
welcome = Buen día, { $name }.
profile = Mis datos
profile-for = Quién es usted para el Estado, su correo y su teléfono.
sessions = Mis sesiones
sessions-for = Dónde está abierta su cuenta. Aquí puede cerrarla.
sign-ins = Quién ingresó con mi cuenta
sign-ins-for = Quién ingresó con su cuenta y quién lo intentó: los últimos 100 ingresos.
representation = A quién represento
representation-for = Por quién puede actuar: por una empresa o por una persona a su cargo.

# Los datos de una persona
card = Número de cédula de identidad
card-hint = Como está en su cédula, por ejemplo 1234567 o 1234567-1A
card-wrong = Escriba el número de la cédula con cifras, y el complemento tras un guion si lo tiene: 1234567-1A
name = Nombre
given-names = Nombres
first-surname = Primer apellido
second-surname = Segundo apellido
surnames = Apellidos
born = Fecha de nacimiento
born-hint = Por ejemplo 27 3 1985
issued = Fecha de emisión de la cédula
issued-hint = Está en su cédula, por ejemplo 15 3 2021
email = Correo electrónico
email-hint = Para avisarle de lo que pasa con su cuenta
telephone = Teléfono
telephone-hint = Por ejemplo 71234567, o con el código del país: +591 71234567
telephone-wrong = Escriba un teléfono de 8 cifras, o con + y el código del país: +34600112233
not-given = No lo indicó
as-on-card = Lo que dice su cédula
how-reached = Cómo le avisamos

# El registro
register-for = Escriba sus datos como están en su cédula. Si coinciden con los del registro de identificación, recibe un código para crear su contraseña.
consent = Su permiso
consent-register = Autorizo que se consulten mis datos en el registro de identificación
consent-hint = Se consultan solo para esta comprobación, y la consulta queda firmada.
register-me = Registrarme
not-confirmed = No pudimos registrar una cuenta con estos datos
not-confirmed-why = Por su seguridad no decimos qué dato no coincide, ni si hay una cuenta con ese documento. Puede intentarlo cinco veces al día.
not-confirmed-check = Revise cada dato con su cédula y vuelva a intentarlo.
not-confirmed-account = Si ya tiene una cuenta:
too-many-tries = Demasiados intentos por hoy
too-many-tries-why = Hoy ya se intentó cinco veces registrar este documento, y no se aceptan más intentos hasta mañana.
too-many-tries-others = Quizás no fue usted: también cuentan los intentos de otras personas que escribieron su número. No hace falta esperar a mañana: en una ventanilla le atienden hoy con su cédula de identidad.
to-start = Ir al inicio
register-silent = El registro de identificación no responde
register-silent-why = Inténtelo más tarde. También puede registrarse ahora con una cuenta de seguridad baja, que sirve para pocos trámites: una ventanilla la comprueba después, cuando usted acuda con su cédula.
try-again = Intentar de nuevo
register-low = Registrarme ahora con seguridad baja
registered = Su cuenta está lista
registered-low = Su cuenta tiene seguridad baja
registered-low-why = Acuda a una ventanilla con su cédula de identidad para que la comprueben. Hasta entonces sirve para pocos trámites.

# El código
code = Código
code-for-you = Con este código crea su contraseña o su llave de acceso.
code-to-hand-over = Imprima esta página y entréguela a { $name }: con este código crea su contraseña o su llave de acceso.
code-link = La página donde se usa:
code-expires = Vale hasta el { $end }.
code-once = No lo volveremos a mostrar. No lo comparta con nadie.
set-credentials = Crear mi contraseña
to-account = Volver a la cuenta

# Qué tan seguro es quién es alguien
assurance = Seguridad de la cuenta
assurance-low = baja: nadie comprobó los datos
assurance-substantial = media: los datos coinciden con el registro de identificación
assurance-high = alta: una ventanilla vio a la persona y su documento
no-accounts = Este servidor no guarda cuentas: regístrese en la entidad donde usted ingresa.
no-such-account = No hay una cuenta que corresponda a su ingreso. Acuda a una ventanilla.

# Mis datos
particulars-wrong = Si su nombre o su fecha de nacimiento no están bien, acuda a una ventanilla con su cédula de identidad.
address-proven = Le avisaremos del cambio. A una dirección nueva le enviamos avisos cuando haya comprobado que es suya.
save = Guardar
saved = Se guardaron los cambios
saved-told = Le enviamos un aviso de lo que cambió.

# Sesiones e ingresos
browser = Navegador
last-used = Último uso
began = Comenzó
how = Cómo ingresó
from-where = Dirección de red
end-session = Cerrar
end-sessions = Cerrar todas las sesiones
no-sessions = No hay ninguna sesión abierta.
no-session-chosen = Elija la sesión que quiere cerrar.
no-sign-ins = Todavía no ingresó nadie.
not-you = Si algo de esto no fue usted, cierre todas las sesiones y cambie su contraseña: a su cuenta se llega por su nombre, arriba.
when = Cuándo
what = Qué
outcome-signed-in = Ingresó
outcome-wrong-password = No ingresó: la contraseña no era correcta
outcome-wrong-second-factor = No ingresó: el código no era correcto
outcome-wrong-passkey = No ingresó: la llave de acceso no era correcta
method-pwd = contraseña
method-otp = código de la aplicación
method-key = llave de acceso
method-user = la persona estuvo presente
method-pin = PIN
method-body = huella o rostro
method-telephone = teléfono

# A quién represento
represented = A quién
document-or-number = Documento o matrícula
until = Hasta
until-ended = Hasta que termine
end-representation = Dejar de representar
end = Terminar
no-representations = No representa a nadie.
no-such-representation = No hay una representación así: quizás ya terminó.
from-next-sign-in = Para actuar por alguien que acaba de agregar, ingrese de nuevo: después elige por quién actúa arriba, junto a su nombre.
sign-in-again = Ingresar de nuevo
ending-signs-out = Cuando deja de representar a alguien se cierran todas sus sesiones, también esta: ingrese otra vez. Cada día preguntamos a los registros si usted sigue siendo representante.
add = Agregar
add-company = Agregar una empresa
add-company-for = Preguntamos al registro de comercio si usted es representante de la empresa.
company = Matrícula de comercio
company-hint = Por ejemplo 00123456
company-wrong = Escriba la matrícula con cifras, por ejemplo 00123456
company-not-yours = Usted no figura hoy en el registro de comercio como representante de una empresa vigente con esta matrícula. Revise la matrícula, o pida al registro de comercio que inscriba su poder.
company-register-silent = El registro de comercio no responde. Inténtelo más tarde.
add-person = Agregar una persona a mi cargo
add-person-for = Preguntamos al registro de identificación si usted es tutora o tutor de un menor de edad, o curadora o curador de la persona.
person-not-yours = Usted no figura en el registro de identificación como responsable de un menor de edad, ni de una persona en curatela, con este documento. Revise el número, o acuda al registro de identificación.
identity-register-silent = El registro de identificación no responde. Inténtelo más tarde.
too-many-representations = Ya representa a tantas personas y empresas como se permite: deje de representar a una antes de agregar otra.
no-card = Su cuenta no se creó con una cédula de identidad, y los registros conocen a los representantes por ella. Acuda a una ventanilla.

# La ventanilla
counter = Ventanilla
counter-looks-up = Busque la cuenta de la persona por su cédula de identidad.
find = Buscar
another-card = Buscar otro documento
not-now = Volver sin cambiar nada
no-account-by-card = No hay una cuenta con este documento.
enrolled = Ya usó su código y puede ingresar
not-enrolled = Todavía no usó su código: no puede ingresar
make-account = Crear una cuenta
make-account-for = Escriba los datos como están en el documento que ve. La cuenta tendrá seguridad alta.
account-made = La cuenta está lista
account-meanwhile = La cuenta cambió desde que abrió esta página. Vuelva a buscar el documento.
correct-particulars = Corregir los datos
document-taken = Otra cuenta tiene este documento. Revise el número, y busque la otra cuenta.
new-code = Dar un código nuevo
new-code-for = Es para quien perdió su contraseña, su teléfono o su llave de acceso. Lo que tiene sigue valiendo hasta que use el código.
code-renewed = El código nuevo está listo
raise-assurance = Subir a seguridad alta
raise-for = La cuenta servirá para todos los trámites que piden saber con certeza quién es la persona.
already-high = La cuenta ya tiene seguridad alta.
not-your-own = Nadie atiende su propia cuenta: pídalo a otra persona de la ventanilla.
grounds = En qué se basa
note = Qué documento vio y por qué lo hace
note-hint = Queda en el historial de la cuenta, con su nombre
seen = Vi a la persona y su documento, y el documento es suyo
differences = Lo que no coincide
written-down = Lo que usted escribió
in-register = Lo que dice el registro
register-other-why = Revise el documento. Si está seguro de lo que ve, puede guardar de todos modos: quedará en el historial.
register-nobody-why = Revise el número. Si está seguro de lo que ve, puede guardar de todos modos: quedará en el historial.
register-nothing-why = No se pudo comparar. Inténtelo más tarde, o guarde de todos modos si está seguro de lo que ve: quedará en el historial.
card-shown = La persona la mostró
card-not-good = No está vigente
compare-again = Comparar de nuevo
all-the-same = Guardar de todos modos

# El historial
history = Historial
history-herself = La misma persona
by-whom = Quién lo hizo
history-registered = Se registró, y el registro de identificación lo confirmó
history-registered-unchecked = Se registró sin comprobación: el registro de identificación no respondía
history-made = Cuenta creada en ventanilla
history-raised = Subida a seguridad alta
history-coded = Código nuevo
history-corrected = Datos corregidos
history-document = El documento era { $number }
register-same = El registro de identificación dice lo mismo
register-other = El registro de identificación dice otra cosa
register-nobody = El registro de identificación no tiene a nadie con este documento
register-nothing = El registro de identificación no respondió

# Los avisos
told-made = En una ventanilla se creó su cuenta después de ver su documento. Si no fue usted, acuda a la entidad.
    .subject = Tiene una cuenta de ciudadanía digital
told-raised = En una ventanilla se vio su documento, y su cuenta tiene ahora seguridad alta. Si no fue usted, acuda a la entidad.
    .subject = Su cuenta tiene seguridad alta
told-coded = En una ventanilla se entregó un código para crear una contraseña o una llave de acceso nuevas. Si no lo pidió usted, acuda a la entidad.
    .subject = Se dio un código nuevo para su cuenta
told-corrected = En una ventanilla se corrigieron los datos de su cuenta. Véalos, y si no están bien, acuda a la entidad.
    .subject = Se corrigieron sus datos
told-contact = Cambió el correo o el teléfono de su cuenta. Si no fue usted, cierre todas las sesiones y cambie su contraseña.
    .subject = Cambió cómo le avisamos
told-representation-ended = El registro ya no dice que usted representa a { $name }: desde ahora no puede actuar en su nombre.
    .subject = Terminó una representación
