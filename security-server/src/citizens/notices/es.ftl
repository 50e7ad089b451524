# Lo que se le avisa a alguien de su propia cuenta.
enrolled = Alguien puso una contraseña o una llave de acceso con el código que se le entregó. Lo que tenía antes ya no vale. Si no fue usted, acuda a la entidad.
    .subject = Su cuenta tiene nuevas credenciales
password-changed = Si no fue usted, acuda a la entidad: alguien usa su cuenta.
    .subject = Cambió la contraseña de su cuenta
authenticator-replaced = Los códigos de la aplicación anterior ya no valen. Si no fue usted, acuda a la entidad.
    .subject = Cambió la aplicación de códigos de su cuenta
passkey-added = La llave se llama «{ $name }». Si no la agregó usted, quítela en su cuenta y cambie su contraseña.
    .subject = Su cuenta tiene una llave de acceso nueva
passkey-removed = La llave se llamaba «{ $name }». Si no fue usted, cambie su contraseña.
    .subject = Se quitó una llave de acceso de su cuenta
recovery-code-used = Alguien ingresó a su cuenta con un código de recuperación. Quedan { $left }. Si no fue usted, salga de todas las sesiones y cambie su contraseña.
    .subject = Se usó un código de recuperación de su cuenta
recovery-codes-renewed = Los códigos anteriores ya no valen. Si no fue usted, cambie su contraseña.
    .subject = Su cuenta tiene códigos de recuperación nuevos
signed-out-everywhere = Todas las sesiones de su cuenta terminaron. Si no fue usted, cambie su contraseña.
    .subject = Se cerraron todas sus sesiones
