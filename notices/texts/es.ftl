# Lo que los avisos dicen por sí mismos.

# Un aviso cuyo texto escribió quien lo dice.
plain = { $text }
    .subject = { $subject }

# Debajo de cada correo.
link = Véalo aquí: { $link }
said-by = Se lo dice { $name }.
no-reply = Este mensaje es automático: no lo responda. Puede leer todos sus avisos en { $site }.

# Junto a un aviso que no se pudo enviar. $channel es una de las tres formas.
email = su correo electrónico
sms = su teléfono
webhook = su programa
not-sent-no-address = No pudimos enviar este aviso a { $channel }: la dirección ya no está, o no está comprobada.
not-sent-refused = No pudimos enviar este aviso a { $channel }: no lo aceptó.
not-sent-unreachable = No pudimos enviar este aviso a { $channel }: lo intentamos varias veces sin respuesta.
not-sent-not-offered = No pudimos enviar este aviso a { $channel }: por ahora no se envía por esa vía.
not-sent-unsayable = No pudimos enviar este aviso a { $channel }: su texto falta.
unsayable = Este aviso ya no se puede mostrar. Pregunte a quien se lo dijo: { $name }.
    .subject = Aviso
