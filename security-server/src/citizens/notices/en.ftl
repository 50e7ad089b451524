# What somebody is told of her own account.
enrolled = Somebody set a password or a passkey with the code that was handed to you. What you had before is worthless. If it was not you, go to the entity.
    .subject = Your account has new credentials
password-changed = If it was not you, go to the entity: somebody uses your account.
    .subject = The password of your account was changed
authenticator-replaced = The codes of the app before are worthless. If it was not you, go to the entity.
    .subject = The authenticator app of your account was replaced
passkey-added = The passkey is called “{ $name }”. If you did not add it, remove it at your account and change your password.
    .subject = Your account has a new passkey
passkey-removed = The passkey was called “{ $name }”. If it was not you, change your password.
    .subject = A passkey of your account was removed
recovery-code-used = Somebody signed in to your account with a recovery code. There are { $left } left. If it was not you, end all sessions and change your password.
    .subject = A recovery code of your account was used
recovery-codes-renewed = The codes before are worthless. If it was not you, change your password.
    .subject = Your account has new recovery codes
signed-out-everywhere = All sessions of your account have ended. If it was not you, change your password.
    .subject = All your sessions were ended
