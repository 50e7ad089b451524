# What notices say by themselves.

plain = { $text }
    .subject = { $subject }

link = See it here: { $link }
said-by = { $name } says this.
no-reply = This message is automatic: do not answer it. All your notices are at { $site }.

email = your e-mail
sms = your telephone
webhook = your program
not-sent-no-address = We could not send this notice to { $channel }: the address is not there any more, or is not proven.
not-sent-refused = We could not send this notice to { $channel }: it was not accepted.
not-sent-unreachable = We could not send this notice to { $channel }: we tried several times without an answer.
not-sent-not-offered = We could not send this notice to { $channel }: nothing is sent that way for now.
not-sent-unsayable = We could not send this notice to { $channel }: its text is missing.
unsayable = This notice cannot be shown any more. Ask who said it: { $name }.
    .subject = Notice
