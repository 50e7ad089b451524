# What the pages of digital citizenship say, and what people are told.

# The first page
citizenship = Digital citizenship
citizenship-for = With your account you sign in to the services of the State. Register with your identity card: we compare what you write with the identity register.
register = Register
have-account = Do you have an account?
sign-in = Sign in
counter-for = You can also go to a counter with your identity card.
welcome = Good day, { $name }.
profile = My particulars
profile-for = Who you are to the State, your e-mail and your telephone.
sessions = My sessions
sessions-for = Where your account is open. You can close it here.
sign-ins = Who signed in as me
sign-ins-for = Who signed in with your account, and who tried: the last 100 times.
representation = Whom I represent
representation-for = For whom you can act: for a company, or for a person in your care.

# Somebody's particulars
card = Number of the identity card
card-hint = As it stands on your card, for example 1234567 or 1234567-1A
card-wrong = Enter the number of the card in digits, with its complement after a hyphen if it has one: 1234567-1A
name = Name
given-names = Given names
first-surname = First surname
second-surname = Second surname
surnames = Surnames
born = Date of birth
born-hint = For example 27 3 1985
issued = Date of issue of the card
issued-hint = It stands on your card, for example 15 3 2021
email = E-mail
email-hint = To tell you what happens to your account
telephone = Telephone
telephone-hint = For example 71234567, or with the code of the country: +591 71234567
telephone-wrong = Enter a telephone of 8 digits, or one with + and the code of its country: +34600112233
not-given = Not given
as-on-card = What your card says
how-reached = How we reach you

# Registering
register-for = Enter your particulars as they stand on your card. If they are those of the identity register, you get a code to set your password.
consent = Your permission
consent-register = I agree that the identity register is asked about me
consent-hint = It is asked for this check alone, and the question is signed.
register-me = Register me
not-confirmed = We could not register an account with these particulars
not-confirmed-why = For your safety we do not say which of them is not right, nor whether there is an account by this document. You can try five times a day.
not-confirmed-check = Compare each of them with your card, and try again.
not-confirmed-account = If you have an account already:
too-many-tries = Too many tries for today
too-many-tries-why = Somebody tried five times today to register this document, and no more tries are taken until tomorrow.
too-many-tries-others = It may not have been you: the tries of others who typed your number count too. You need not wait until tomorrow: a counter sees to it today, with your identity card.
to-start = Go to the start
register-silent = The identity register does not answer
register-silent-why = Try again later. You can also register now with an account of low assurance, which is good for few things: a counter checks it afterwards, when you come with your card.
try-again = Try again
register-low = Register me now with low assurance
registered = Your account is ready
registered-low = Your account has low assurance
registered-low-why = Go to a counter with your identity card to have it checked. Until then it is good for few things.

# The code
code = Code
code-for-you = With this code you set your password or your passkey.
code-to-hand-over = Print this page and hand it to { $name }: with this code a password or a passkey is set.
code-link = The page where it is used:
code-expires = It is good until { $end }.
code-once = We will not show it again. Do not share it with anybody.
set-credentials = Set my password
to-account = Back to the account

# How well it is known who somebody is
assurance = Assurance of the account
assurance-low = low: nobody checked the particulars
assurance-substantial = substantial: the particulars are those of the identity register
assurance-high = high: a counter saw the person and her document
no-accounts = This server keeps no accounts: register at the entity where you sign in.
no-such-account = There is no account that belongs to your sign-in. Go to a counter.

# My particulars
particulars-wrong = If your name or your date of birth is not right, go to a counter with your identity card.
address-proven = We will tell you of the change. We send to a new address once you have proven that it is yours.
save = Save
saved = The changes were saved
saved-told = We sent you a notice of what changed.

# Sessions and sign-ins
browser = Browser
last-used = Last used
began = Began
how = How
from-where = Network address
end-session = Close
end-sessions = Close all sessions
no-sessions = No session is open.
no-session-chosen = Choose the session that you want to close.
no-sign-ins = Nobody has signed in yet.
not-you = If any of this was not you, close all sessions and change your password: your name, above, leads to your account.
when = When
what = What
outcome-signed-in = Signed in
outcome-wrong-password = Did not sign in: the password was wrong
outcome-wrong-second-factor = Did not sign in: the code was wrong
outcome-wrong-passkey = Did not sign in: the passkey was wrong
method-pwd = password
method-otp = code of the app
method-key = passkey
method-user = the person was present
method-pin = PIN
method-body = fingerprint or face
method-telephone = telephone

# Whom I represent
represented = Who
document-or-number = Document or number
until = Until
until-ended = Until it is ended
end-representation = Stop representing
end = End
no-representations = You represent nobody.
no-such-representation = There is no such representation: it may have ended already.
from-next-sign-in = To act for somebody whom you have just added, sign in again: then you choose for whom you act above, beside your name.
sign-in-again = Sign in again
ending-signs-out = When you stop representing somebody, all your sessions are closed, this one too: sign in again. Every day we ask the registers whether you are a representative still.
add = Add
add-company = Add a company
add-company-for = We ask the company register whether you are a representative of the company.
company = Number in the company register
company-hint = For example 00123456
company-wrong = Enter the number in digits, for example 00123456
company-not-yours = The company register does not name you today as a representative of an active company with this number. Check the number, or ask the company register to enter your power.
company-register-silent = The company register does not answer. Try again later.
add-person = Add a person in my care
add-person-for = We ask the identity register whether you are the guardian of a minor, or of an adult in care.
person-not-yours = The identity register does not name you as the guardian of a minor, or of an adult in care, with this document. Check the number, or go to the identity register.
identity-register-silent = The identity register does not answer. Try again later.
too-many-representations = You represent as many people and companies as anybody may: stop representing one before you add another.
no-card = Your account was not made with an identity card, by which the registers know representatives. Go to a counter.

# The counter
counter = Counter
counter-looks-up = Find the account of the person by her identity card.
find = Find
another-card = Find another document
not-now = Back without changing anything
no-account-by-card = There is no account by this document.
enrolled = Has used her code and can sign in
not-enrolled = Has not used her code yet: she cannot sign in
make-account = Make an account
make-account-for = Enter the particulars as they stand on the document that you see. The account will have high assurance.
account-made = The account is ready
account-meanwhile = The account has changed since you opened this page. Find the document again.
correct-particulars = Correct the particulars
document-taken = Another account has this document. Check the number, and find the other account.
new-code = Give a new code
new-code-for = It is for who lost her password, her telephone or her passkey. What she has is good until the code is used.
code-renewed = The new code is ready
raise-assurance = Raise to high assurance
raise-for = The account will be good for all things that ask to know for certain who somebody is.
already-high = The account has high assurance already.
not-your-own = Nobody works on her own account: ask somebody else at the counter.
grounds = On what grounds
note = Which document you saw, and why you do this
note-hint = It stays in the history of the account, with your name
seen = I saw the person and her document, and it is hers
differences = What is not the same
written-down = What you entered
in-register = What the register says
register-other-why = Look at the document again. If you are sure of what you see, you can save it all the same: that stays in the history.
register-nobody-why = Look at the number again. If you are sure of what you see, you can save it all the same: that stays in the history.
register-nothing-why = It could not be compared. Try again later, or save it all the same if you are sure of what you see: that stays in the history.
card-shown = The person showed it
card-not-good = It is not good any more
compare-again = Compare again
all-the-same = Save all the same

# The history
history = History
history-herself = The person herself
by-whom = Who did it
history-registered = Registered, and the identity register confirmed it
history-registered-unchecked = Registered without a check: the identity register did not answer
history-made = Account made at the counter
history-raised = Raised to high assurance
history-coded = New code
history-corrected = Particulars corrected
history-document = The document was { $number }
register-same = The identity register says the same
register-other = The identity register says something else
register-nobody = The identity register has nobody with this document
register-nothing = The identity register did not answer

# What people are told
told-made = At a counter your account was made after your document was seen. If it was not you, go to the entity.
    .subject = You have an account of digital citizenship
told-raised = At a counter your document was seen, and your account has high assurance now. If it was not you, go to the entity.
    .subject = Your account has high assurance
told-coded = At a counter a code was handed out to set a new password or passkey. If you did not ask for it, go to the entity.
    .subject = A new code was given for your account
told-corrected = At a counter the particulars of your account were corrected. Look at them, and if they are not right, go to the entity.
    .subject = Your particulars were corrected
told-contact = The e-mail or the telephone of your account has changed. If it was not you, close all sessions and change your password.
    .subject = How we reach you has changed
told-representation-ended = The register does not say any more that you represent { $name }: from now on you cannot act for them.
    .subject = A representation has ended
