portal = Bolivia Cercana

# The start page and the search
portal-for = Here you find the procedures of the state: what you need, what they cost, how long they take and where they are done. Many can be done right here.
search = What are you looking for?
search-hint = Use your own words, for example: I lost my identity card
find = Search
life-events = Something changes in your life
business-events = You have a business, or want to open one
sectors = Procedures by subject
all-procedures = All procedures
open-data = The whole catalogue as open data, which anybody may use who says where it is from (CC BY 4.0):
entities = Entities of the state
entities-for = Choose an entity to see its procedures.
own-page = Its own page:
nothing-here = There are no procedures in this list yet. Search for them from the start page.
search-results = Procedures found
found = { $count ->
    [0] We found no procedure.
    [one] We found one procedure.
   *[other] We found { $count } procedures.
}
nothing-found = Try other words, or fewer. You can also see the list of all:
narrow = Search in more detail
narrow-now = Show only these
any = All
filter-audience = Whom it is for
filter-sector = Subject
filter-channel = How it is done
filter-price = What it costs
audience-person = People
audience-company = Companies and businesses
audience-entity = Entities of the state
channel-online = Online
channel-counter = At an office
channel-telephone = By telephone
channel-email = By e-mail
channel-post = By letter
online = Can be done online
free = Free

# A procedure, before it is begun
begin = Begin the procedure
begin-needs = We will ask you to sign in with your digital citizenship account.
begin-elsewhere = Begin on the entity's page
not-online = This procedure is not done online. Further down we say where to go:
you-get = What you get
takes = How long it takes
if-silent = If they do not answer in time
done-by = Who does it
working-days = { $days ->
    [0] Done while you wait
    [one] One working day at most
   *[other] { $days } working days at most
}
who-may = Who can ask for it
what-you-need = What you need
nothing-needed = You need nothing.
any-of-these = One of these is enough:
fetched-for-you = do not bring it: we look it up
costs = What it costs
free-of-charge = There is nothing to pay.
where = Where and how it is done
online-here = It is done on this portal, with the button “Begin the procedure”.
online-elsewhere = It is done on the entity's page, with the button “Begin on the entity's page”.
telephone = Telephone:
to = to
day-mon = Monday
day-tue = Tuesday
day-wed = Wednesday
day-thu = Thursday
day-fri = Friday
day-sat = Saturday
day-sun = Sunday
bo-b = Beni
bo-c = Cochabamba
bo-h = Chuquisaca
bo-l = La Paz
bo-n = Pando
bo-o = Oruro
bo-p = Potosí
bo-s = Santa Cruz
bo-t = Tarija
burden = Before and now
burden-what = What it took and what it takes
burden-before = Before
burden-after = Now
burden-steps = Steps
burden-visits = Visits to an office
burden-documents = Documents that you bring
burden-days = Days until you have the result
burden-cost = What you pay
legal-basis = Which rules say so
related = Other procedures that you may need
vouched = Published by { $entity }, which vouches for what it says here. Last change: { $day }.
as-data = This information for computer programs (JSON-LD)

# The deadline, and what happens if the entity does not answer
time-limit = From the day you submit it, the entity has this long to answer: { $time }.
at-once = It is done while you wait: there are no days to wait for.
silence-grants = If it does not answer in that time, what you asked for is accepted, and you get a document that says so.
silence-denies = If it does not answer in that time, that counts as a “no”. Then you can appeal.
silence-escalates = If it does not answer in that time, the procedure goes to somebody with more authority, who has to decide it.

# Before filling it in
have-at-hand = Have at hand
nothing-at-hand = You do not have to attach any document.
in-some-cases = (only in some cases)
if-you-have-it = (if you have it)
we-ask = What you do not have to bring
we-ask-for = You do not have to bring these data: we look them up with your permission, when you press the button “Begin”. With your application you can always see whom we asked, for what and when.
saved-as-you-go = You do not have to finish today. Each page is saved when you press “Continue”; you can go on another day, from “My procedures”.
begin-now = Begin
begun-before = You have begun this procedure before
begun-on = You saved it last on { $day }.
go-on = Go on where I left off
too-many-drafts = You have too many unfinished procedures. Submit or delete one in “My procedures”, and try again.
register-silent = It cannot be begun yet
register-silent-for = We did not get the data that are needed. It is not your fault, and nothing was lost:
register-unknown = has no data about you. Please ask at that entity.
register-unavailable = does not answer at the moment. Try again later.
register-unavailable-now = The entity that we ask about this does not answer now. What you typed is kept. Press “Continue” again later.
try-again = Try again
discard-title = Delete what you wrote?
discard-for = You began it on { $day } and have not submitted it. If you delete it, it cannot be brought back.
discard = Delete
keep-it = Do not delete, go on filling it in

# Filling it in, page by page
page-of = Page { $number } of { $all }
back = Back to the page before
continue = Continue
save-and-leave = Save and leave
what-for = What you want to ask for
attach = File
attach-if = File, if you have it
attached-now = Files that you attached before
remove-hint = Mark only those that you want to take away. The others stay.
from-folder = Use a document of your folder
file-kinds = Accepted: { $kinds }.
kind-pdf = PDF
kind-image = photo
kind-signed = signed document of another entity (.asice)
files-at-most = { $count ->
    [one] One file, of 10 MB at most.
   *[other] Up to { $count } files, of 10 MB each at most.
}
too-many-files = These are too many files. Take one away.
attach-one = Attach at least one file, or choose one of your folder.
wrong-kind = That file is not of a type that is accepted here. See which ones are, and choose another.
not-believed = We could not verify the signature of that document. Ask the entity that issued it to give you the file again.

# The last look, and submitting
check = Check before you submit
not-complete = Something is missing
not-complete-for = To submit, complete these pages. Go to each one:
known-already = What we know about you already
not-asked = We do not ask you what { $register } knows already: { $fields }.
change = Change
nothing-attached = You attached nothing
fees = What you have to pay
total = Total
paid-before-review = paid before anybody looks at your application
paid-before-result = paid when it is approved, before you get the result
what-then = What happens then
only-once = After you submit it you cannot change anything, unless the entity asks you to correct something.
all-is-true = I checked everything, and what I say is true
submit = Submit
submit-later = Not yet: leave it saved and submit it later
submitted = Your application is submitted
your-number = The number of your application is
submitted-for = Write the number down. With it you can ask about your application, and you always find it in “My procedures”.
pay-next = Now you have to pay: press “See my application” to learn how much and how. Until then nobody looks at it.
expected = You will have an answer by { $day }.
follow = See my application
receipt = Download the receipt that says I submitted it
signed-file-for = The file (.asice) has the document and the entity's signature. Keep it: with it anybody can verify that it is genuine.
not-signed-yet = The document is being signed. Wait a minute and try again.

# My procedures
applications = My procedures
drafts = Unfinished
changed-on = You saved it last on { $day }.
submitted-ones = Submitted
nothing-submitted = You have not submitted anything yet.
to-catalogue = Search for a procedure
number = Number
back-to-application = Back to my application
what-it-says = What the application says
signed-by = signed by
to-pay = Still to be paid
how-to-pay = Pay at the entity's cash desk, and give this number:
sent-back = You have to correct something
correct = Correct
correct-for = Change only what follows. Everything else stays as you submitted it.
submit-again = Submit again
nothing-to-correct = There is nothing to correct in this application.
withdraw = Withdraw my application
withdraw-for = If you withdraw it, the entity does not deal with it any more. This cannot be undone: if you change your mind, you have to begin again.
withdraw-what = What you want to withdraw
withdraw-why = Why you withdraw it
all-decided = This application has ended: nothing is left to withdraw.

# How far an application is
steps = Steps
state-waiting = Waiting for another step
state-owing = You still have to pay
state-at = Being looked at
state-sent-back = You still have to correct something
waits-for-another = Another part of this application has to be approved first. You do not have to do anything.
pay-until = Pay by { $day }. If you have not paid by then, the application is closed.
decided-until = The entity has to answer by { $day }. You do not have to do anything.
correct-until = Correct it by { $day }. If you have not corrected it by then, the application is closed.
decided-on = It ended on { $day }.
may-appeal = If you do not agree, you can appeal to the same entity: this is called “recurso de revocatoria”. There are only a few days for it: download the decision and ask at the entity as soon as you can.
may-begin-again = It was closed because something was not done in time, or because another part was not approved. If you still need it, begin again.
held-by-until = With: { $role }. Time for this step: until { $day }.
outcome-approved = Approved
outcome-rejected = Rejected
outcome-granted-by-silence = Accepted: the entity did not answer in time
outcome-denied-by-silence = Counts as a “no”: the entity did not answer in time
outcome-lapsed = Closed
outcome-withdrawn = Withdrawn
decision-document = Download the signed decision

# What happened
history = What has happened so far
by-whom = Who did it
author-applicant = Who submitted it
author-staff = The entity
author-system = Another system
author-portal = The portal, by itself
event-submitted = Application submitted
event-paid = Payment received, with receipt
event-owes = Something has to be paid to go on
event-began = A step began
event-unblocked = It can go on: it waits for no other part any more
event-passed-by = A step was not needed in this case
event-claimed = Somebody of the entity took it on
event-released = Who had it left it for somebody else
event-step-approved = A step was approved
event-sent-back = The entity asked for corrections
event-corrected = It was corrected
event-escalated = The entity did not answer in time: it went to somebody with more authority
consulted = Whom we asked about you
consulted-for = So that you do not have to bring papers, we asked other entities for these data. We asked only for what stands here.
asked-what = What we asked for

# My folder
folder = My folder
folder-for = Here are the documents that you attached. You can use them again in another procedure. If you take one out, what you have submitted keeps it.
folder-empty = Your folder is empty. When you submit an application, the documents that you attach are kept here.
take-out = Take out { $name }

# What cannot be done
refused-stage = This cannot be done any more: the application has changed since you opened the page. Open it again to see how it is.
refused-role = This step is for somebody with another role.
refused-held = Somebody else has taken this application on.
refused-own = Nobody decides an application of her own: somebody else of the entity does.
refused-yours = You have taken this application on already.
refused-not-claimed = Take the application on first. Then you can decide it.
refused-power = That cannot be decided at this step.
refused-no-result = To approve it, attach the document that the person will get.
refused-no-such-part = You marked something that this application does not have. Open the page again.
refused-not-marked = Only what the entity asked to have corrected can be changed.
refused-nothing = Choose what you want to ask for.
refused-not-applicant = Only who submitted the application can do this.
refused-full = This application takes no more changes. Please go to the entity.
refused-fee-changed = What is owed has changed since you opened the page, because the application was corrected. Open it again before you note the payment.
refused-too-much = What would have to be paid is more than can be calculated. Look at the amounts you wrote again, or go to the entity.
refused-joined = This application is in somebody’s account already.

# The office: what waits
office = Inbox
find-number = Search by number
no-such-number = There is no application with that number that is for you to deal with. Check the number: it has twelve letters and digits, such as 7K3M-9Q2P-X0TD.
mine = Those that I took on
to-take = Those that I can take on
roles = Roles
nothing-waits = There is none.
procedure = Procedure
until = Until
held-by = Who has it
overdue = Overdue
days-left = { $days ->
    [0] Due today
    [one] One working day left
   *[other] { $days } working days left
}
near-breach = Those that are due first
near-breach-for = All applications that wait for the entity. Those that are due first come first.
due = Applications that wait for the entity
role-reviewer = Review
role-inspector = Inspection
role-supervisor = Supervision
role-cashier = Cash desk
role-registrar = Registry
role-assistant = Help by telephone
role-counter = Counter
role-designer = Design of procedures
role-evaluator = Evaluation
role-moderator = Moderation
role-funds = Competitive funds
role-applicant-entity = Applying for funds

# The office: one application
applicant = Who asks for it
on-behalf-of = on behalf of
was-assisted = with the entity's help
take-on = Take on
give-back = Leave it for somebody else
decide = Decide
assign = Hand to somebody else
assign-to = To whom it is handed
not-at-a-step = This does not wait for a decision any more. Open the application again to see how it is.
nobody-has-role = Nobody who has signed in here has the role of this step. Ask that person to sign in once.
verdict = What you decide
verdict-approve = Approve this step
verdict-send-back = Ask for corrections
verdict-reject = Reject
reason = Why
reason-hint = Who asked for it reads this: use plain words. It is needed if you reject, or ask for corrections.
reason-missing = Write why, for who asked for it.
result-document = Document that the person gets
result-hint = As PDF, of 4 MB at most. It is needed if you approve. The entity signs it.
marks = What has to be corrected
marks-missing = Mark what has to be corrected: write a note beside each answer or document that is wrong.
decide-now = Save the decision
note-receipt = Note a payment
receipt-number = Number of the receipt
for-cashiers = Only the cash desk can note payments.
cashier = Cash desk

# The office: who stands in for whom
substitutes = Substitutes
no-substitutes = Nobody stands in for anybody today.
join-for = You are not yet in the list of those who work here. Add yourself, so that somebody can stand in for you.
join = Add me to the list
new-substitute = New substitute
who-is-absent = Who will be absent
who-stands-in = Who stands in
from-day = From
to-day = Until, with that day
save = Save
end = End
substitute-other = Choose somebody else: nobody stands in for herself.
substitute-days = The last day cannot be before the first.
substitute-year = The last day can be a year from today at most.
not-yours-to-end = Only who is absent, or who supervises, can end this.

# Statistics
statistics = Statistics
period = From { $from } to { $to }.
by-procedure = By procedure
by-role = By role
what = What
all-of-it = All procedures
count-submitted = Submitted
count-processed = Steps taken
count-approved = Approved
count-sent-back = Sent back
count-rejected = Rejected
# Services for information systems
api-pending = Being handled
api-sent-back = To be corrected
api-approved = Granted
api-rejected = Not granted
# Help: messages, notices, help by telephone and at the counter

## The messages of a procedure
help-messages = Messages
help-messages-for = Here you can ask the entity about your procedure. We let you know when they answer.
help-message = Message
help-thread-full = No more messages about this application fit. Please call or go to the entity.
help-send = Send
help-said = What was said
help-nothing-said = There are no messages yet.
help-mark-read = I have read them
help-new = New
help-note = Internal note
help-you = You
help-to-application = Back to the procedure
help-unread = { $messages ->
    [one] 1 unread message
   *[other] { $messages } unread messages
}
help-for-whom = Who is it for?
help-to-applicant = For the person who applied
help-to-staff = Internal note: only staff see it
help-unread-messages = Unread messages
help-nothing-unread = There are no unread messages.

## The notices
help-told-sent-back = Your procedure “{ $what }” ({ $number }) came back for you to correct something. You have until { $day }.
    .subject = You have to correct your procedure
help-told-granted = “{ $what }” ({ $number }) was approved. The signed document is in the portal.
    .subject = Your procedure was approved
help-told-denied = “{ $what }” ({ $number }) was not approved. The portal tells you why.
    .subject = Your procedure was not approved
help-told-lapsed = Your procedure “{ $what }” ({ $number }) ended without a decision. The portal tells you why. You can begin another one.
    .subject = Your procedure has ended
help-told-to-pay = For your procedure “{ $what }” ({ $number }) to go on, pay { $amount } by { $day }. The portal tells you how.
    .subject = You have to pay for your procedure
help-told-near-correct = You still have to correct your procedure “{ $what }” ({ $number }). You have until { $day }. After that the procedure ends.
    .subject = Little time is left to correct
help-told-near-pay = You still have to pay { $amount } for your procedure “{ $what }” ({ $number }). You have until { $day }. After that the procedure ends.
    .subject = Little time is left to pay
help-told-message = The entity wrote to you about your procedure “{ $what }” ({ $number }). Read the message in the portal.
    .subject = You have a message
help-told-submitted = Whoever helps you by telephone sent the procedure “{ $what }” ({ $number }) for you. If you did not ask for it, write to the entity.
    .subject = A procedure was sent for you
help-told-corrected = Whoever helps you by telephone corrected the procedure “{ $what }” ({ $number }) for you. If you did not ask for it, write to the entity.
    .subject = Your procedure was corrected
help-told-helped = With your code, somebody of the entity helps you with your procedures until { $end }. If you did not give out the code, end the help in the portal.
    .subject = Somebody is helping you

## Asking for help
help-title = Ask for help
help-for = If you cannot do a procedure by yourself, call the entity. Somebody helps you, and you decide when that ends.
help-codes = Your code to ask for help
help-codes-for = Make a code and read it out to the person who answers the telephone. With the code, that person sees your procedures and fills in forms for you for 30 minutes. Do not give the code to anybody who calls you.
help-make-code = Make a code
help-code = Code for help
help-read-it-out = Read this code out to the person who helps you.
help-code-until = It is good once, until { $end }.
help-code-once = The code is shown only now.
help-to-help = Back to help
help-too-many-codes = You have 3 unused codes. Cancel one to make another.
help-no-code = We could not make a code. Try again in a moment.
help-open-code = Unused code. It is good until { $end }.
help-end-code = Cancel this code
help-helps-now = Somebody is helping you now
help-who-until = { $name } sees your procedures and can fill in forms for you until { $end }.
help-on-behalf = They act for { $name }, whom you represent.
help-end = End the help
help-helped = Who has helped you
help-who = Who
help-from = From
help-to = To
help-counter-too = Did you do a procedure at a counter?
help-was-helped = Somebody of the entity helped you to fill it in.
help-author-call-centre = The entity, for the person (by telephone)
help-author-counter = The entity, for the person (at the counter)

## Registers that are still to be asked
help-asked-later = This procedure uses data of other registers. They are asked when the person signs in and goes on with the draft.
help-not-asked-yet = Your data are still to be asked for
help-ask-now = What you wrote is saved. Before it is sent, we ask these registers for your data:
help-only-herself = What you wrote is saved. Before it is sent, other registers have to be asked for the person's data, and only the person can ask for that: by signing in, opening this draft and sending it. It can also be done at a counter, with the person's document. Still to be asked:
help-ask = Ask for my data
help-to-list = Back to the list

## Who helps by telephone
help-assist = Help by telephone
help-assist-for = Ask the person for the code that they made on the page “Ask for help” of their account.
help-her-code = The person's code
help-her-code-hint = 8 digits
help-about = Number of the procedure or of the draft
help-about-hint = If the person knows it. For example 7K3M-9Q2P-X0TD
help-begin = Begin to help
help-refused = With these data nobody can be helped. Ask the person to read out the code and the number again, or to make another code.
help-too-many-tries = You typed data that are of no use 5 times. Wait for an hour.
help-not-for-you = This page is not for you.
help-has-ended = The help has ended. To go on, ask the person for another code.
help-of-another = This page was of another person, whom you do not help any more. Begin again.
help-you-help = You are helping
help-until = The help ends at { $end }.
help-to-end = End the help or begin another procedure
help-no-name = Person whose name is not known
help-her-list = See their procedures and drafts
help-to-procedures = Begin another procedure
help-begin-one = Begin a procedure
help-read-back = I read everything out to the person. They said that it is true and that they want it sent.

## The counter
help-counter = Counter
help-counter-for = For somebody who stands before you and does not use an account. Registers are asked by the number of their document.
help-new-at-counter = New procedure
help-document = Document number
help-document-hint = As it stands on the document, for example 1234567 or 1234567-1A
help-document-wrong = Write the number as it stands on the document: 1234567 or 1234567-1A
help-name = Full name of the person
help-seen = I saw the person and their document. They ask for their data to be fetched.
help-begin-filing = Begin the procedure
help-read-at-counter = The person read or heard everything. They said that it is true and that they want it sent.
help-print = Print this page and hand it to the person.
help-printed-code = Code of the procedure
help-code-keeps = With the number and this code one can ask at a counter, or add the procedure to an account on the page “Add a procedure done at a counter”.
help-to-counter = Back to the counter
help-find = See a procedure done at a counter
help-find-for = Write the number and the code that stand on the paper that the person received.
help-number = Number of the procedure

## Adding a procedure to an account
help-claim = Add a procedure done at a counter
help-claim-for = If you did a procedure at a counter, add it to your account. The number and the code stand on the paper that you received.
help-claim-it = Add to my account
help-claim-wrong = The number and the code do not belong to a procedure that can be opened. Check the paper. If the procedure is in an account already, it is seen in that account.
help-event-joined = Added to the person's account
# The design of procedures
design = Design of procedures
design-for = Here the entity's procedures are written, tried and published. What you write is kept in a draft: nobody sees it until you publish it.
design-procedures = Procedures of the entity
design-procedure = Procedure
design-newest = Published version
design-draft = Draft saved
design-nothing-yet = There are no procedures yet. Begin a new one, or bring one from a file.
design-not-published = Not published
design-open = Open
design-withdrawn = Withdrawn
design-version = Version { $number }
design-new = New procedure
design-new-for = The procedure begins with the least: a question, a step and a document. Then you change each part.
design-begin = Begin
design-in-english = { $label } (in English)
design-save = Save
design-change = Change
design-edit = Edit
design-no-draft = Nobody is working on this procedure. To change it, begin a draft of the published version.
design-yes = yes
design-no = no
design-none = Nothing yet
design-optional = optional
design-sometimes = depending on the case
design-line = “{ $line }”: { $why }
design-too-long = is too long
design-code = Code
design-code-hint = Small letters without accents, digits and hyphens. If you leave it empty, it is made of the title. It does not change later.
design-no-code = Use small letters without accents, digits and hyphens, and begin with a letter
design-code-taken = That code is in use: choose another one
design-order = Order
design-up = Up
design-down = Down
design-away = Take this part away
design-take-away = Take away
design-sound = Everything is in order: it can be published
design-unsound = Before you publish, correct the following

# The parts of a procedure
design-entry = What people read
design-texts = Title and description
design-procedure-title = Name of the procedure
design-summary = What it is, in one sentence
design-description = Description
design-eligibility = Who can ask for it
design-subject = For whom, and where it is found
design-audience = For whom it is
design-sector = One-stop shop
design-events = At which moments it is needed
design-search-words = Words to find it by
design-keywords = Other words that people look for it by
design-keywords-hint = One on each line
design-related = Related procedures
design-related-hint = The code of each procedure, one on each line
design-deadline = Deadline
design-working-days = Working days to answer
design-working-days-hint = Write 0 if it is given at once
design-silence = If nobody answers in time
design-silence-grants = What was asked for is granted
design-silence-denies = It counts as a no, and can be appealed
design-silence-escalates = It goes to who supervises
design-burden = Before and after it was simplified
design-burden-known = We know what it took before and what it takes now
design-burden-before = Before
design-burden-after = Now
design-burden-steps = Steps that the person takes
design-burden-visits = Times that she goes to an office
design-burden-documents = Documents that she brings
design-burden-days = Days until she has what she asked for
design-burden-cost = What she pays, in bolivianos
design-burden-said = { $before } days before, { $after } days now
design-title = Title
design-amount = Amount in bolivianos
design-amount-hint = Leave it empty if it depends on the case
design-cost-note = How it is calculated
design-rule-title = Name and number of the rule
design-rule-says = What it says of this procedure
design-rule-url = Web address where it can be read
design-output-for = How long it is good for, and for what
design-requirement-title = What is asked for
design-more = Explanation
design-issuer = Who issues it
design-brought = How it comes to the entity
design-by-applicant = The person brings it
design-by-exchange = The entity asks the register that has it: nobody brings it
design-channel-kind = In which way
design-channel-address = Address
design-channel-address-hint = A page, a telephone number, an e-mail or a postal address. Leave it empty if it is done in this portal or at an office.
design-channel-places = At which places
design-channel-note = What to know
design-place-name = Name of the place
design-place-address = Street, number and floor
design-place-municipality = Municipality
design-place-department = Department
design-place-hours = Opening hours
design-place-hours-hint = One on each line, for example mon-fri 08:30-16:30
design-place-telephone = Telephone
design-place-position = Coordinates
design-place-position-hint = Degrees north and east, for example -16.5004, -68.1306
design-no-hours = write the days and the hours, for example mon-fri 08:30-16:30
design-no-position = Write two numbers with a comma between them: -16.5004, -68.1306
design-costs = Costs
design-add-costs = Add a cost
design-one-costs = A cost
design-legal-basis = Legal basis
design-add-legal-basis = Add a rule
design-one-legal-basis = A rule
design-channels = Where and how it is done
design-add-channels = Add a way of doing it
design-one-channels = A way of doing it
design-places = Places
design-add-places = Add a place
design-one-places = A place
design-outputs = What one receives
design-add-outputs = Add something that one receives
design-one-outputs = Something that one receives
design-requirements = Requirements
design-add-requirements = Add a requirement
design-one-requirements = A requirement
design-evidence = What proves it
design-add-evidence = Add a proof
design-one-evidence = A proof

# How it is done online
design-how-online = How it is done online
design-not-online = This procedure is not done online: people only read it.
design-make-online = Do it online
design-online = Calendar and clock
design-calendar = Whose working days count
design-whole-state = The whole country
design-clock = While the person corrects the application
design-clock-stops = Time stands still
design-clock-runs = Time goes on
design-pages = Pages of questions
design-add-pages = Add a page
design-one-pages = A page of questions
design-page-title = What the page is about
design-page-hint = Help to answer
design-page-fields = Questions, in order
design-page-fields-hint = The short name of each question, one on each line
design-no-question = is the name of no question
design-documents = Documents to attach
design-add-documents = Add a document
design-one-documents = A document to attach
design-document-hint = Help to attach the right one
design-file-kinds = Which files are accepted
design-file-pdf = PDF
design-file-image = Photo
design-file-signed = Document signed by another entity
design-file-most = How many files at most
design-can-be-left-out = It can be left out
design-fees = Fees
design-add-fees = Add a fee
design-one-fees = A fee
design-fixed-amount = A fixed amount
design-amount-of = Where the amount comes from
design-fee-of = What is paid for
design-whole-application = The whole application
design-paid-before = When it is paid
design-before-review = Before anybody reviews it
design-before-result = Once it is approved, before it is handed over
design-registrations = What can be asked for
design-add-registrations = Add something that can be asked for
design-one-registrations = Something that can be asked for
design-registration-title = What is asked for
design-needs = What has to be granted before
design-result = What is handed over
design-result-title = Name of the document
design-made = How it is made
design-of-text = Of a text
design-by-hand = By hand: who decides attaches the file
design-result-text = Text of the document. Put the short name of a question in braces, and the answer will stand there
design-steps = Steps
design-add-steps = Add a step
design-one-steps = A step
design-step = Step
design-step-title = What is done
design-step-role = Who does it
design-step-days = Working days that it takes
design-step-powers = What else can be decided
design-power-reject = Reject the application
design-power-send-back = Send it back to be corrected
design-whole = The whole draft
design-json = The draft as JSON
design-json-text = Definition as JSON
design-json-hint = For what is not on the other pages. It is saved only if it is a whole definition.
design-other-code = The code of the procedure cannot change here: import the definition as another procedure
design-discard = Discard the draft
design-discard-for = What was changed since the last published version is lost. If the procedure was never published, all of it is lost.
design-discard-now = Yes, discard the draft

# The questions
design-questions = Questions
design-add-questions = Add a question
design-one-question = A question
design-on-no-page = On no page
design-what-for = What is asked for
design-kind = Kind of answer
design-choose-kind = Which kind of answer do you expect?
design-other-kind = Change the kind
design-kind-line = A text of one line
design-kind-lines = A long text
design-kind-choice = One choice of a list
design-kind-choices = Several choices of a list
design-kind-check = Yes or no
design-kind-date = A date
design-kind-integer = A whole number
design-kind-decimal = A number with decimals
design-kind-money = An amount of money
design-kind-mask = A text of a fixed form, such as a plate
design-kind-email = An e-mail address
design-kind-telephone = A telephone number
design-kind-consent = A sentence to agree to
design-question-title = Question
design-question-hint = Help to answer it
design-required = It has to be answered
design-question-page = On which page it is asked
design-no-page = On none
design-question-name = Short name
design-question-name-hint = Small letters without accents, digits and underscores. If you leave it empty, it is made of the question. It does not change later.
design-no-name = Use small letters without accents, digits and underscores, and begin with a letter
design-least-letters = Letters at least
design-most-letters = Letters at most
design-least-number = The least number
design-most-number = The largest number
design-least-money = The least amount
design-most-money = The largest amount
design-least-date = Not before
design-most-date = Not after
design-date-hint = A date such as 28/11/2026, or the word today
design-least-choices = Choices at least
design-decimals = Decimals at most
design-masks = Forms
design-masks-hint = One on each line: 0 is a digit, A a letter, * either of them. For example 0000-AAA
design-choices = Choices
design-choices-hint = One on each line: code = Título | Title. If you give no code, it is made of the title.
design-formula = Formula, if it is calculated
design-formula-hint = For example round(superficie * 2.5). Money is calculated in centavos.
design-source = Where the answer comes from
design-asked = The person is asked
design-concept = What it is about
design-concept-hint = Write the code of the vocabulary or a word, for example birth. If no register could know it, write own.
design-own-word = own
design-no-concept = The vocabulary has nothing like that. Try another word, or write own
design-several-concepts = It can be several things: write the code of the right one. { $concepts }
design-wrong = This is not understood: { $rule }
design-when = When it applies
design-always = Always
design-no-more = Nothing more
design-when-field = { $number ->
    [1] It depends on this question
   *[other] Question { $number } that it depends on
}
design-when-test = { $number ->
    [1] It has to
   *[other] Question { $number } has to
}
design-when-value = { $number ->
    [1] This value
   *[other] Value { $number }
}
design-when-value-hint = The code or the title of a choice, a number, a date, yes or no. Several are separated by semicolons.
design-test-is = be
design-test-is-not = not be
design-test-is-one-of = be one of
design-test-at-least = be at least
design-test-at-most = be at most
design-when-join = What has to hold
design-when-all = All the conditions
design-when-any = Any of the conditions
design-when-json = Condition as JSON
design-when-json-hint = This condition is more complex than fits into the fields. Leave it empty to take it away.
design-no-json = This is no JSON
design-no-choice = It is no choice of that question. The choices are: { $known }
design-no-value = That value does not fit that question

# The vocabulary
design-vocabulary = Vocabulary of data
design-vocabulary-for = All entities call the same thing the same. So it is known which register has it, and nobody is asked twice.
design-search = Look for something
design-find = Find
design-words = What forms call it
design-nothing-found = The vocabulary has nothing with those words.

# The trial
design-preview = Preview
design-preview-choice = Preview of what is asked for
design-preview-for = This is what the person will see. You can type and have it judged: nothing is kept. The other pages have example answers.
design-preview-judge = Judge what I typed
design-preview-right = Everything is answered well
design-preview-hidden = Questions that are not asked now
design-try = Try it
design-cannot-try = The procedure cannot be tried yet.
design-try-for = What would happen if somebody submitted this application today, paid at once, and each step ended on its last day. Nothing is kept.
design-try-answers = Answers
design-try-another = Another example of answers
design-try-now = Try these answers
design-try-happens = What would happen
design-try-wrong = With these answers it could not be submitted:
design-try-total = { $total } in all
design-try-no-steps = Nobody reviews it: it is decided at once.
design-try-passed = These steps are not taken:
design-try-issued = handed over on { $day }
design-try-beyond = The trial ends here: the calendar knows the working days until { $day }, and what follows would end after that.
design-try-deadline = Time to answer: { $time }.
design-of = Of
design-from = From
design-until = Until

# Publishing
design-publish = Publish
design-cannot-publish = The procedure cannot be published yet.
design-will-be = It will be version { $number }. From then on, who begins the procedure uses this version.
design-publish-now = Publish now
design-changes = What changes
design-no-changes = Nothing changes.
design-place = Part
design-before = Before
design-after = Now
design-more-changes = And { $count } more changes.
design-running = { $count ->
    [0] No applications are running.
    [one] The applications that are running stay on their version: { $versions }.
   *[other] The applications that are running stay each on its version. { $count } versions are in use: { $versions }.
}
design-withdraw = Withdraw the procedure
design-withdraw-for = Nobody will be able to begin it, and it leaves the catalogue. The applications that are running go on to their end.
design-withdraw-now = Yes, withdraw the procedure
design-export = Download the definition
design-import = Bring a procedure from a file
design-import-for = Choose the file of the definition, or paste its text. It is kept as a draft.
design-import-file = JSON file
design-import-text = Text of the definition
design-import-nothing = Choose a file, or paste the text of the definition
design-import-replaces = If there is a draft of this procedure, replace it
design-import-now = Bring it
design-draft-there = There is a draft of this procedure. Check the box to replace it
design-versions = Versions
design-versions-for = Each version stays as it was published. You can work on any of them again.
design-number = Version
design-when-published = Published
design-by = By
design-in-use = With running applications
design-make-draft = Work on this version
design-replaces-draft = There is a draft of this procedure: this version replaces it.
# Competitive funds: what everybody sees
funds = Competitive funds
funds-lead = The State funds projects of people, companies and entities. Here you see what there is money for, until when you can apply, and how it is decided.
funds-no-calls = There are no calls yet.
funds-all-calls = See all calls
funds-mine = My proposals
funds-total = Total amount
funds-most = Most for one project
funds-for-whom = Who can apply
funds-for-person = People
funds-for-company = Companies and businesses
funds-for-entity = Entities of the State
funds-opens = Applications from
funds-closes = Applications until
funds-clock = The time is that of Bolivia. What comes at the closing time, or later, is not taken.
funds-opens-at = Applications open on { $time }.
funds-closes-at = Applications close on { $time }.
funds-closed-since = The call closed on { $time }. No proposal is taken or changed any more.
funds-phase-draft = Being prepared
funds-phase-announced = Opens soon
funds-phase-open = Open
funds-phase-evaluation = Being evaluated
funds-phase-resolved = With a result
funds-rules = Rules
funds-what-is-asked = What we ask you for
funds-asked-project = Your project: title, summary and amount
funds-document = (to attach)
funds-document-optional = (to attach if you have it)
funds-criteria = Criteria
funds-criterion = Criterion
funds-weight = Weight
funds-meaning = What is looked at
funds-least-says = Each proposal gets 0 to 100 points. With fewer than { $least } it cannot get money.
funds-rule = The points are the mean of the evaluators in each criterion, by the weight of the criterion. More points come first; if they are equal, the one that was submitted earlier; and if they were submitted at the same instant, the lower number. In this order each one gets what it asks for while there is money. If one asks for more than is left, it gets nothing and the next one is looked at.
funds-bounds = Each applicant competes with one proposal. It can be withdrawn and another submitted before the call closes, up to five times. The call takes 500 proposals at most, those withdrawn included.
funds-compete = Apply
funds-compete-company = To apply for a company, sign in as its representative.
funds-compete-entity = For an entity of the State its staff applies:
funds-compete-for-entity = Apply for an entity
funds-sealed-promise = Nobody of the entity can read proposals before the call closes.
funds-history = What happened
funds-when = When
funds-what = What

# Funds: the result
funds-see-result = See the result
funds-result = Result of the call
funds-no-result-yet = This call has no result yet.
funds-resolved-at = Published
funds-granted = Amount granted
funds-remark = Remark
funds-nobody-competed = No proposal was submitted.
funds-ranking = Order of the proposals
funds-place = Place
funds-project = The project
funds-points = Points
funds-asked = Amount asked for
funds-outcome = Outcome
funds-outcome-granted = Funded
funds-outcome-not-granted = Not funded: not enough money
funds-outcome-ineligible = Not eligible: too few points
funds-outcome-withdrawn = Withdrawn
funds-compute-again = How to check this result
funds-compute-again-how = With the data below anybody can compute the order and the amounts again. The signed document says which data these are, by their SHA-256 digest.
funds-data = Data to compute it again (JSON)
funds-signed = Result signed by the entity
funds-points-and-reasons = Points and reasons
funds-back-to-result = Back to the result
funds-evaluator-number = Evaluator { $number }
funds-abstained = Did not evaluate this proposal, having declared a conflict of interest.
funds-why = Why

# Funds: applying
funds-steps = Steps to apply
funds-questions = Questions
funds-check = Check and submit
funds-entity = Entity that applies
funds-entity-hint = You answer for the proposal in the name of this entity.
funds-project-title = Title of the project
funds-summary = Summary
funds-summary-hint = What you want to do, for whom, and what there will be at the end.
funds-asked-hint = In bolivianos, up to { $most }.
funds-save-and-go-on = Save and go on
funds-kept = What you write is kept when you go on. You can continue another day, before the call closes, from “My proposals”.
funds-attach = Attach files
funds-attach-one = Attach a file to go on.
funds-nothing-attached = Nothing was attached.
funds-not-complete = Something is still missing
funds-not-complete-for = Complete these parts to be able to submit:
funds-before-submitting = When you submit you get a signed receipt. Until the call closes nobody of the entity can read your proposal, and you can withdraw it. Afterwards the title, the amount and the points of all proposals are published. The applicant’s name is published only if the proposal gets money.
funds-all-is-true = I declare that what I say is true and accept the rules of the call
funds-submit = Submit the proposal
funds-submitted = Your proposal is submitted
funds-submitted-for = Keep the signed receipt: it proves what you submitted, and when.
funds-your-number = Proposal number
funds-receipt = Download the signed receipt
funds-drafts = Not submitted
funds-without-title = Proposal without a title
funds-sent = Submitted
funds-nothing-sent = You have submitted no proposal.
funds-state-submitted = Submitted
funds-what-it-says = What it says
funds-withdraw = Withdraw the proposal
funds-withdraw-for = If you withdraw it, it does not compete any more. What you wrote stays as a draft, and you can submit it again before the call closes.
funds-withdraw-without-draft = If you withdraw it, it does not compete any more. What you wrote can be read in “My proposals”, but does not become a draft again: you already have another one for this call, or too many.
funds-withdraw-why = Why you withdraw it
funds-keep = No, leave it as it is
funds-discard = Delete the draft
funds-discard-for = All that you wrote for this call and did not submit is deleted.
funds-of-entity = Proposals of entities
funds-of-entity-for = You can apply in the name of an entity of the State.
funds-of-entity-list = See the proposals that I submitted for an entity

# Funds: what cannot be done
funds-not-for-you = This page is not for you.
funds-not-yet = This call takes proposals from { $time } on.
funds-for-others = This call is for other applicants.
funds-competes-already = You already compete with a proposal in this call. To submit another, withdraw the one before.
funds-entity-competes-already = This entity already competes with a proposal in this call. To submit another, withdraw the one before.
funds-too-often = You have submitted and withdrawn proposals five times in this call. No other is taken.
funds-no-room = This call has received all the proposals that can be judged. No other is taken.
funds-incomplete = Something is missing in the proposal. Check it again.
funds-taken-back = This proposal was withdrawn before.
funds-full = No more fits here.

# Funds: the office
funds-office = Calls
funds-new-call = New call
funds-new-call-for = Begin with the general part. Criteria, questions and evaluators come after. Nothing is public until you publish it.
funds-begin-call = Begin the call
funds-edit = Change the general part
funds-save = Save
funds-code = Code
funds-code-hint = Small letters, digits and hyphens, for example: innova-2027. It stands in the page’s address and does not change.
funds-code-wrong = Write the code with small letters, digits and hyphens, and a letter first.
funds-code-taken = There is a call of this code already, or the word cannot be used. Choose another.
funds-call-title = Title
funds-call-title-english = Title in English
funds-purpose = What the money is for
funds-purpose-english = What the money is for, in English
funds-rules-english = Rules, in English
funds-opens-hour = Opening time
funds-closes-hour = Closing time
funds-hour-hint = From 00:00 to 23:59, the time of Bolivia
funds-hour-wrong = Write the time so: 18:00
funds-least = Least points
funds-least-hint = From 0 to 100. With fewer, a proposal gets no money.
funds-parts-of-call = Parts of the call
funds-parts = Criteria and documents
funds-criteria-hint = One in each line: Title | weight | what is looked at. The weights sum up to 100.
funds-criteria-wrong = Write each criterion in one line: Title | weight from 1 to 100 | what is looked at.
funds-documents = Documents to attach
funds-documents-hint = One in each line. If it is not required, end the line with: | opcional
funds-schema-hint = A JSON Schema, as that of procedures. If you ask nothing but the project, leave it empty.
funds-evaluators = Evaluators
funds-evaluators-hint = Those who have the role of evaluator and signed up under “Calls” are here.
funds-evaluators-wrong = Choose somebody who does not evaluate this call yet; there are ten at most.
funds-needs = To publish it there is missing
funds-problem-audience = Say who can apply.
funds-problem-order = The closing time has to be after the opening time.
funds-problem-over = The closing time has passed.
funds-problem-money = The total amount has to be more than zero.
funds-problem-most = The most for one project has to be more than zero, and no more than the total.
funds-problem-criteria = Write one to ten criteria.
funds-problem-documents = Ask for ten documents at most.
funds-problem-weights = The weights of the criteria sum up to { $sum }, and have to sum up to 100.
funds-problem-twice = The code { $code } stands twice.
funds-problem-evaluators = Name one to ten evaluators.
funds-problem-questions = The questions are not described rightly: { $problem }
funds-problem-bound = The question { $field } comes from a register. Calls ask no registers: take x-source out.
funds-problem-divides = The question { $field } is calculated by a division by zero: change the formula.
funds-no-json = This is no JSON: check line { $line }.
funds-not-sound = The call cannot be published yet. See what is missing.
funds-publish = Publish the call
funds-publish-for = Once it is public it does not change: only the closing time can be moved to a later one, and evaluators be added, with a reason that everybody reads. Nobody will be able to read proposals before it closes.
funds-public-already = The call is public and does not change any more.
funds-public-page = See the public page
funds-sealed-until-closing = The proposals are sealed: not even their number is said. You can read them once the call closes.
funds-sealed = Proposals can be read from { $time } on, when the call closes.
funds-extend = Take proposals longer
funds-extend-for = The closing time only moves to a later one. The reason stands on the page of the call.
funds-only-later = The new closing time has to be after the one before.
funds-why-public = Everybody can read it.
funds-reason-missing = Write the reason.
funds-name = Name more evaluators
funds-name-for = Choose whom to add. Nobody is taken out.
funds-number = Number
funds-evaluator = Evaluator
funds-how-far = How far
funds-has-finished = Has finished
funds-has-not-finished = Has not finished
funds-proposals = Proposals
funds-competitor = Applicant
funds-nameless = No name on record
funds-resolve = Publish the result
funds-resolve-for = It is computed by the published rule, signed, published, and told to the applicants. It cannot be undone.
funds-resolve-early = Not all evaluators have finished. If you publish now you close the evaluation, and what they have said counts: write why. It cannot be undone.
funds-remark-hint = Needed if not all evaluators have finished. Everybody can read it.
funds-unscored = Nobody gave points to the proposal { $number }. Name another evaluator.
funds-not-evaluation = The call is not being evaluated, or the points are open already.

# Funds: evaluating
funds-judge = Calls that I evaluate
funds-join-for = Sign up so that the office can name you in a call.
funds-join = Sign up as an evaluator
funds-nothing-to-judge = There is nothing to evaluate.
funds-to-judge = To evaluate
funds-to-judge-for = { $left ->
    [0] You have evaluated all proposals. When you agree with your points, finish.
    [one] One proposal is left. Nobody sees your points, nor you those of others, until all have finished.
   *[other] { $left } proposals are left. Nobody sees your points, nor you those of others, until all have finished.
}
funds-your-part = What you said
funds-part-waits = Waits
funds-part-marked = With your points
funds-part-abstained = Conflict of interest
funds-your-points = Your points
funds-your-points-for = From 0 to 100 in each criterion. The reasons are published without your name.
funds-points-of = Points: { $criterion }
funds-why-of = Why these points: { $criterion }
funds-save-points = Save the points
funds-marks-wrong = Give 0 to 100 points in each criterion, with a reason.
funds-conflict = Conflict of interest
funds-conflict-for = If you know the applicant or have an interest in the outcome, do not evaluate this proposal.
funds-conflict-why = Which conflict it is
funds-conflict-hint = It stays on record. In public it is only said that you did not evaluate this proposal.
funds-abstain = Declare a conflict of interest
funds-abstain-for = Your part will not count, and you will not be able to read this proposal any more. It cannot be undone.
funds-back-to-proposals = Back to the proposals
funds-back-to-proposal = Back to the proposal
funds-finish = Finish my evaluation
funds-finish-for = Once you finish you cannot change your points any more.
funds-have-finished = You have finished
funds-have-finished-for = When all have finished you can see the points of the others.
funds-points-open = All have finished
funds-points-open-for = Everybody’s points are open and do not change any more.
funds-not-evaluator = You do not evaluate this call.
funds-you-abstain = You do not evaluate this proposal: it is yours, or you declared a conflict of interest.
funds-you-finished = You have finished your evaluation.
funds-left-to-judge = { $left ->
    [one] One proposal is still to be evaluated.
   *[other] { $left } proposals are still to be evaluated.
}

# Funds: what happened
funds-event-made = The call was begun
funds-event-changed = The call was changed
funds-event-published = The call was published
funds-event-extended = The closing time was moved to { $time }
funds-event-named = { $count ->
    [one] One more evaluator was named
   *[other] { $count } more evaluators were named
}
funds-event-finished = Evaluator { $number } finished
funds-event-scored = All evaluators finished
funds-event-resolved = The result was published
funds-event-submitted = The proposal was submitted
funds-event-withdrawn = The proposal was withdrawn
funds-event-marked = Evaluator { $number } gave points
funds-event-abstained = Evaluator { $number } declared a conflict of interest
funds-event-placed = What came of the proposal was published

# Funds: what is told
funds-told-granted = Your project “{ $project }” gets { $amount } in the call “{ $call }”. In the result you see the points and the reasons.
    .subject = Your project gets money
funds-told-not-granted = Your project “{ $project }” gets no money in the call “{ $call }”: it had enough points, but there was not enough money. In the result you see the points and the reasons.
    .subject = Your project gets no money this time
funds-told-ineligible = Your project “{ $project }” did not reach the least points in the call “{ $call }”. In the result you see the points and the reasons.
    .subject = Your project did not reach the least points

# The forum
forum = Forum
forum-lead = Ask, and read what other people asked.
forum-no-topics = There are no topics yet.
forum-rules = Nothing is deleted. What does not respect others is hidden, and it is said why.
forum-for-moderators = Moderate the forum (staff of the entity)
forum-search = Search the forum
forum-search-for = Search the forum
forum-find = Search
forum-found = { $count ->
    [0] We found nothing.
    [one] We found one post.
   *[other] We found { $count } posts.
}
forum-ask = Ask a question
forum-no-threads = Nobody has asked yet. Be the first.
forum-answers = { $answers ->
    [0] No answers
    [one] One answer
   *[other] { $answers } answers
}
forum-last = Last post: { $time }
forum-locked = Locked
forum-locked-by = Locked by { $entity } because: { $reason }
forum-hidden-by = Hidden by { $entity } because: { $reason }
forum-hidden-title = Hidden question
forum-somebody = Somebody
forum-official = Answer of the entity
forum-answer = Answer
forum-for-staff = For staff of the entity
forum-answer-as-entity = Answer as the entity
forum-as-entity-for = Your answer has the name of the entity, not yours.
forum-title = Your question, in few words
forum-title-hint = For example: Can I renew my licence online?
forum-text = Your message
forum-public-warning = Anybody reads it. Do not write your identity number, your telephone, or data of other people.
forum-show-name = Show my first name
forum-show-name-hint = If you do not check it, you appear as “Somebody”.
forum-publish = Publish
forum-report-post = Report a problem with post { $number }
forum-report = Report a problem
forum-report-for = Only those who moderate the forum see it.
forum-report-why = Which problem it is
forum-reported = Thank you for the report
forum-reported-for = Those who moderate the forum will look at it.
forum-back-to-thread = Back to the question
forum-moderation = Moderate the forum
forum-reports = Reports to look at
forum-no-reports = There are no reports to look at.
forum-reported-because = This was reported:
forum-hide = Hide the post
forum-restore = Show the post again
forum-dismiss = Leave the post as it is
forum-lock = Lock the question
forum-unlock = Unlock the question
forum-why = Why
forum-why-public = Everybody can read it.
forum-done-hidden = Hidden
forum-done-restored = Shown again
forum-done-kept = Left as it is
forum-done-locked = Locked
forum-done-unlocked = Unlocked
forum-new-topic = New topic
forum-make-topic = Make the topic
forum-code = Code
forum-code-hint = Small letters, digits and hyphens, for example: licences
forum-code-wrong = Write the code with small letters, digits and hyphens, and a letter first.
forum-code-taken = There is a topic of this code already, or the word cannot be used. Choose another.
forum-topic-title = Title of the topic
forum-topic-title-english = Title of the topic, in English
forum-topic-about = What is asked here
forum-topic-about-english = What is asked here, in English
forum-not-for-you = This page is for those who moderate the forum.
forum-is-locked = The question is locked: nobody answers any more.
forum-already = It is done already, or not needed any more.
forum-text-wrong = Write something, and no more than fits.
forum-reason-missing = Write why, in few words.
forum-too-fast = You can write { $most } posts an hour. Come back later.
forum-too-many-reports = There are too many reports this hour: { $most } are taken. Come back later.
forum-full = No more fits here.
