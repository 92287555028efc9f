//! The Japanese of the help: each text of `args`, its possible values and its parsers, and beside it what is said instead.
//!
//! What is not for translation stays as it is: names of options, commands and values.

/// English and Japanese, in the order of `args`. A text of more paragraphs has a row for each.
pub(crate) const TEXTS: &[(&str, &str)] = &[
    // The command.
    (
        "Read a My Number Card (マイナンバーカード): certificates, signatures, and what to do when it fails",
        "マイナンバーカードを読み取ります。証明書、署名、うまくいかないときの対処が分かります。",
    ),
    (
        "Try it without a card or a reader:\n  P=ABC123 honnin read --virtual --pin-env P",
        "カードもリーダーもなしで試すには:\n  P=ABC123 honnin read --virtual --pin-env P",
    ),
    (
        "Exit codes: 0 good; 10 wrong use; 20 reader; 30 card; 40 PIN; 50 certificate; 60 signature; 70 identity;\n\
         90 internal; 130 interrupted (the card has been left)",
        "終了コード: 0 正常、10 使い方の誤り、20 リーダー、30 カード、40 暗証番号、50 証明書、60 署名、70 本人の情報、\
         90 内部の誤り、130 中断(カードからは離れています)",
    ),
    // Everywhere.
    ("Everywhere", "どのコマンドでも"),
    (
        "The reader to use; without it, the only one that has a card",
        "使うリーダー。省くと、カードが置かれている唯一のリーダーを使います",
    ),
    (
        "Use a virtual card instead of a real one; PROFILE is a JSON file that describes it",
        "本物のカードの代わりに仮想カードを使います。PROFILEは、そのカードを説明するJSONファイルです",
    ),
    ("Answer with one JSON object", "結果を1つのJSONオブジェクトで出力します"),
    ("The language for people", "人に向けた表示の言語"),
    ("Japanese", "日本語"),
    ("English", "英語"),
    (
        "How many seconds to wait for a card, or for another program to let go of it [default: 30]",
        "カードが置かれるまで、またはほかのプログラムがカードを放すまで待つ秒数 [既定値: 30]",
    ),
    (
        "How many seconds a card that was lifted may take to come back; what was under way then starts again, unless a PIN \
         was presented [default: 0]",
        "離れたカードが戻るのを待つ秒数。戻ると途中の処理をやり直します。ただし、暗証番号を送った後はやり直しません [既定値: 0]",
    ),
    (
        "Write what happens to standard error: never contents, PINs or persons",
        "経過を標準エラー出力に書きます。中身、暗証番号、個人の情報は書きません",
    ),
    // Commands.
    ("List the readers", "リーダーの一覧を表示します"),
    (
        "Say when cards and readers come and go, until interrupted",
        "カードやリーダーの抜き差しを、中断されるまで知らせます",
    ),
    (
        "Find out why no card can be read, and what to do about it",
        "カードを読み取れない原因と、その対処を調べます",
    ),
    ("What the card tells without a PIN", "暗証番号なしで分かることを表示します"),
    (
        "Read the signing certificate: who the holder is, and whether the certificate can be relied upon",
        "署名用電子証明書を読み取り、カードの持ち主は誰か、証明書は信頼できるかを確かめます",
    ),
    (
        "Asks for the signing password (署名用パスワード: 6 to 16 letters and digits, not the 4-digit PIN). Five mistakes in \
         all, here and elsewhere, lock it; the last try is not spent unless --allow-last-try is given. Without --waive \
         revocation the answer is OK only if --crl or --ocsp tells that the certificate is not revoked",
        "署名用パスワード(英数字6〜16文字。4桁の暗証番号ではありません)を尋ねます。ほかの機器での間違いも含めて連続5回間違えると\
         ロックされます。最後の1回は、--allow-last-tryがなければ使いません。--waive revocationがなければ、証明書が失効していないことが\
         --crlか--ocspで確かめられたときだけOKになります。",
    ),
    ("Tries left, form, verify, change", "暗証番号の残り回数、形式の確認、照合、変更"),
    ("Certificates: get, show, check", "証明書の取り出し、表示、検証"),
    ("Sign with the card", "カードで署名します"),
    ("Verify a signature", "署名を検証します"),
    (
        "Compare the holder with what is registered: name, address, birth date, sex",
        "カードの持ち主を、登録されている氏名、住所、生年月日、性別と比べます",
    ),
    (
        "Takes the holder from the card (asking for the signing password), from a certificate, or from an earlier answer of \
         read. Prints neither side: each finding says how the two differ, and nothing of what they say. What only a person \
         can judge is never a pass",
        "持ち主の情報は、カード(署名用パスワードを尋ねます)、証明書、または以前のreadの結果から取ります。どちらの内容も表示せず、\
         どう違うかだけを項目ごとに示します。人でなければ判断できない違いは、合格にしません。",
    ),
    (
        "Read the name, address, birth date and sex as text (券面入力補助)",
        "氏名、住所、生年月日、性別を文字で読み取ります(券面入力補助)",
    ),
    (
        "Opens with the 4-digit PIN for it, or with what is printed on the card (--pin text-code-b: 14 digits)",
        "券面入力補助用の4桁の暗証番号か、券面に印刷された内容(--pin text-code-b、14桁)で開きます。",
    ),
    (
        "Whether somebody is old enough, by the birth date printed on the card: no password",
        "券面の生年月日だけで、年齢を満たすかを確かめます。パスワードは要りません",
    ),
    (
        "The code is the birth date: six digits YYMMDD with the year of the era, or YYYY-MM-DD through --pin-env or --pin-fd. \
         A card that has expired does not pass",
        "入力するのは生年月日です。和暦の年月日6桁か、--pin-envまたは--pin-fdで渡すYYYY-MM-DDです。有効期限を過ぎたカードは\
         合格になりません。",
    ),
    (
        "Read the card face: birth date, sex, expiry, photo; opens with what is printed on the card, 14 digits",
        "券面の生年月日、性別、有効期限、顔写真を読み取ります。券面に印刷された内容(14桁)で開きます",
    ),
    (
        "Whether the card is genuine: its issuer, its records, and its answer to a challenge",
        "カードが本物かを、発行者、記録の署名、乱数への応答で確かめます",
    ),
    ("Explain the result codes", "結果コードを説明します"),
    ("A card in software, for trying and testing", "試用とテストのための、ソフトウェアのカード"),
    ("Print a completion script for a shell", "シェルの補完スクリプトを出力します"),
    (
        "bash: honnin completion bash > ~/.local/share/bash-completion/completions/honnin; zsh: honnin completion zsh > a \
         folder of $fpath, as _honnin; fish: honnin completion fish > ~/.config/fish/completions/honnin.fish",
        "bash: honnin completion bash > ~/.local/share/bash-completion/completions/honnin\n\
         zsh: honnin completion zsh > $fpathにあるフォルダーの_honnin\n\
         fish: honnin completion fish > ~/.config/fish/completions/honnin.fish",
    ),
    ("The shell", "シェル"),
    // watch, doctor, info.
    ("End after so many changes", "この回数の変化を知らせたら終わります"),
    (
        "Also open the card and say what it is and how long commands may be; asks for no PIN, spends no try",
        "カードも開き、その種類と、送れるコマンドの長さを調べます。暗証番号は尋ねず、残り回数も減りません",
    ),
    (
        "Write what was asked of the card and how it answered, in lengths, status words and times: a report that may be \
         shared, without anything that is on the card. The holder is asked first",
        "カードに尋ねたことと応答を、長さ、ステータスワード、時間だけで書き出します。カードの内容は含まず、人に渡せる報告です。\
         先に持ち主の同意を尋ねます",
    ),
    ("The holder of the card has agreed to the report", "カードの持ち主は報告に同意しています"),
    (
        "Give the remedies for this system instead of the one it runs on",
        "このシステム向けの対処を示します。省くと、今動いているシステム向けです",
    ),
    ("Also read the card's serial number", "カードの製造番号も読み取ります"),
    ("Also read the code of the municipality", "市区町村コードも読み取ります"),
    ("Debian, Raspberry Pi OS", "Debian、Raspberry Pi OS"),
    ("Ubuntu, Linux Mint", "Ubuntu、Linux Mint"),
    ("Fedora, Red Hat Enterprise Linux", "Fedora、Red Hat Enterprise Linux"),
    ("macOS", "macOS"),
    ("Windows", "Windows"),
    // The PIN.
    ("PIN", "暗証番号"),
    (
        "Take the PIN from this environment variable instead of asking",
        "暗証番号を、尋ねる代わりにこの環境変数から取ります",
    ),
    (
        "Take the PIN from this file descriptor (its first line) instead of asking",
        "暗証番号を、尋ねる代わりにこのファイル記述子の1行目から取ります",
    ),
    (
        "Accept lower case and full-width characters (a PIN that is asked for is always folded)",
        "小文字と全角文字も受け付けます(画面で尋ねた暗証番号では常に受け付けます)",
    ),
    (
        "Do not present the PIN when only this many tries are left",
        "残り回数がこれ以下なら、暗証番号を送りません",
    ),
    ("Present the PIN even if this is the last try", "最後の1回でも暗証番号を送ります"),
    // Validation.
    ("Validation", "証明書の検証"),
    (
        "The moment asked about, as 2026-11-01T12:00:00Z; a fraction of a second is cut off [default: now]",
        "いつの時点で判断するか。例: 2026-11-01T12:00:00Z(協定世界時)。秒の小数は切り捨てます [既定値: 現在]",
    ),
    (
        "Whom to trust: the CAs of JPKI, also those of test cards (and of --virtual), or only what is added",
        "どの認証局を信頼するか。JPKIの認証局(production)、テストカードと--virtualの認証局も(test)、--anchorで加えたものだけ(added)",
    ),
    (
        "Trust this certificate, or every one in this PEM file (repeatable)",
        "この証明書、またはこのPEMファイルの全部の証明書を信頼します(繰り返せます)",
    ),
    (
        "Trust this certificate, or every one in this PEM file, for time-stamps; --anchor does not (repeatable)",
        "この証明書、またはこのPEMファイルの全部の証明書を、タイムスタンプについて信頼します。--anchorの証明書は、タイムスタンプには使いません(繰り返せます)",
    ),
    (
        "A certificate, or every one in this PEM file, that may stand between (repeatable)",
        "間に入ってよい証明書、またはそのPEMファイル(繰り返せます)",
    ),
    ("The rules", "検証の規則"),
    ("A revocation list (repeatable)", "失効リスト、CRL(繰り返せます)"),
    ("An OCSP response (repeatable)", "OCSPの応答(繰り返せます)"),
    ("The nonce that the OCSP response must carry", "OCSPの応答に含まれるべきノンス"),
    ("A finding that shall not count (repeatable)", "結果に数えない項目(繰り返せます)"),
    (
        "What the certificate is used for [default: what it was issued for]",
        "証明書の用途 [既定値: その証明書が発行された用途]",
    ),
    (
        "How many CAs may stand between the certificate and one that is trusted, without those that a CA issued to \
         itself [default: 8]",
        "証明書と信頼する認証局の間に入ってよい認証局の数。認証局が自分自身に発行した証明書は数えません [既定値: 8]",
    ),
    // pin.
    ("How many tries are left, spending none", "残り回数を、減らさずに調べます"),
    (
        "Which PINs (repeatable) [default: signing and authentication]",
        "どの暗証番号か(繰り返せます) [既定値: signingとauthentication]",
    ),
    (
        "Check the form of a PIN; nothing is sent to any card",
        "暗証番号の形式だけを確かめます。カードには何も送りません",
    ),
    (
        "Verify a PIN, spending a try if it is wrong, and forget it again",
        "暗証番号を照合し、照合した状態はすぐに取り消します。間違っていると残り回数が1回減ります",
    ),
    ("Change a PIN", "暗証番号を変更します"),
    (
        "Take the new PIN from this environment variable instead of asking twice",
        "新しい暗証番号を、2回尋ねる代わりにこの環境変数から取ります",
    ),
    (
        "Take the new PIN from this file descriptor (its first line)",
        "新しい暗証番号を、このファイル記述子の1行目から取ります",
    ),
    ("Which PIN: signing, authentication, text, …", "どの暗証番号か。signing、authentication、textなど"),
    // cert.
    (
        "A certificate in DER or PEM; without it, one is read from the card",
        "証明書(DERまたはPEM)。省くと、カードから読み取ります",
    ),
    (
        "Which certificate of the card: signing, authentication, signing-ca, authentication-ca",
        "カードのどの証明書か。signing、authentication、signing-ca、authentication-ca",
    ),
    ("Read a certificate from the card and write it out", "カードから証明書を読み取って書き出します"),
    ("Where to write it", "書き出す先"),
    ("In which form", "書き出す形式"),
    (
        "Show what a certificate says; nothing is judged",
        "証明書の内容を表示します。正しいかどうかは判断しません",
    ),
    ("Judge a certificate: each finding by itself", "証明書を検証し、項目ごとの結果を示します"),
    // sign.
    (
        "Sign a file: RSASSA-PKCS1-v1_5, checked against the card's certificate before it is handed out",
        "ファイルに署名します(RSASSA-PKCS1-v1_5)。渡す前に、カードの証明書で検証します",
    ),
    (
        "Sign a file as CMS (CAdES-B-B): the certificate is inside, and signed with it",
        "ファイルに署名してCMSにします(CAdES-B-B)。証明書も中に入り、一緒に署名されます",
    ),
    (
        "Sign a PDF (PAdES-B-B, with a time-stamp B-T): what is in it stays, other signatures too",
        "PDFに署名します(PAdES-B-B、タイムスタンプ付きならB-T)。元の内容も、ほかの署名もそのまま残ります",
    ),
    ("The PDF to sign; `-` is standard input", "署名するPDF。「-」は標準入力です"),
    ("Which digest: sha256, sha384, sha512", "ハッシュ関数。sha256、sha384、sha512"),
    (
        "The name of an empty signature field that is there, or of a new one",
        "署名フィールドの名前。すでにある空のものか、新しいもの",
    ),
    ("Why it is signed", "署名の理由"),
    ("Where it is signed", "署名の場所"),
    (
        "Who signs, as it is to be shown; without it a box shows the name in the certificate",
        "署名する人の、表示する名前。なければ、枠には証明書の氏名を表示します",
    ),
    (
        "Show name, time, reason and location: the page from 1, left and lower edge, width and height in points, as \
         1,36,36,200,60",
        "氏名、日時、理由、場所を紙面の枠に表示します。1から数えたページ、左端、下端、幅、高さ(ポイント)。例: 1,36,36,200,60",
    ),
    (
        "Write the box in this TrueType or OpenType font and embed what is used of it; without it the fonts are the viewer's",
        "枠の文字に使うTrueTypeかOpenTypeのフォント。使った字だけをPDFに埋め込みます。なければ、表示するソフトのフォントになります",
    ),
    ("With the certificate of the CA, read from the card", "カードから読み取った認証局の証明書も入れます"),
    ("Sign with an expired certificate all the same", "証明書の有効期限が過ぎていても署名します"),
    (
        "With a time-stamp of the authority at this http:// or https:// address (RFC 3161)",
        "このアドレス(http://かhttps://)の時刻認証局のタイムスタンプを付けます(RFC 3161)",
    ),
    (
        "It is fetched with curl, after the card has been left. If that fails, the signed document is written all the same, \
         without a time-stamp, and the exit code is not 0",
        "カードから離れた後、curlで取りに行きます。取れなかったときも署名した文書はタイムスタンプなしで書き出し、終了コードは0になりません。",
    ),
    (
        "Where to write the signed PDF; without it, to standard output unless that is a terminal",
        "署名したPDFを書き出す先。省くと標準出力ですが、端末には書きません",
    ),
    ("What to sign; `-` is standard input", "署名する内容。「-」は標準入力です"),
    ("Which key: signing or authentication", "どの鍵か。signingまたはauthentication"),
    (
        "The content stays outside; it may be of any size then",
        "内容をCMSの外に置きます。内容の大きさに制限がなくなります",
    ),
    ("With the time of signing, as this machine says", "この機器の時計による署名時刻を入れます"),
    (
        "Add the signature to this CMS, which is about CONTENT too",
        "同じCONTENTについてのこのCMSに、署名を加えます",
    ),
    (
        "Where to write the CMS, in DER; without it, to standard output unless that is a terminal",
        "CMS(DER)を書き出す先。省くと標準出力ですが、端末には書きません",
    ),
    ("The content is a digest already", "内容はすでにハッシュ値です"),
    (
        "Where to write the signature; without it, to standard output unless that is a terminal",
        "署名を書き出す先。省くと標準出力ですが、端末には書きません",
    ),
    ("Also write the certificate of the key, as PEM", "鍵の証明書もPEMで書き出します"),
    // verify.
    (
        "Verify a bare signature with a certificate or a public key",
        "署名そのものを、証明書または公開鍵で検証します",
    ),
    (
        "Only the mathematics are looked at, unless a validation option is given: then the certificate is judged too",
        "計算が合うかだけを調べます。証明書の検証の指定があれば、証明書も判断します。",
    ),
    (
        "Verify a CMS: each signer and each finding by itself",
        "CMSを検証し、署名者ごと、項目ごとの結果を示します",
    ),
    (
        "Revocation is known from --crl and --ocsp only; time-stamps are judged at the moment asked about. Without --purpose \
         the signers must be persons who sign documents",
        "失効しているかは--crlと--ocspだけから分かり、タイムスタンプは判断する時点で確かめます。--purposeがなければ、署名者は文書に署名する個人で\
         なければなりません。",
    ),
    (
        "Verify the signatures of a PDF: each by itself, what it covers, and what came after it; the weakest decides",
        "PDFの署名を1つずつ検証し、署名の範囲と、その後の変更を調べます。最も悪い結果が全体の結果です",
    ),
    (
        "Verify an archive: a Parquet file of CMS or certificates; writes a Parquet file with the findings of each row",
        "CMSまたは証明書を集めたParquetファイルを検証し、行ごとの結果をParquetファイルに書きます",
    ),
    (
        "Bad rows are rows with a bad result; the exit code is 0 when every row was judged. What is done lies in OUT.parts: \
         after an interruption the same command goes on from there, and the output is the same to the byte. Nothing that \
         identifies a person is written: with --key-env there are hashes of certificates and holders, which are the same for \
         the same person; with --identify there are names. Needs the Python package: pip install 'honnin[batch]'",
        "壊れた行は、悪い結果の行になるだけです。全部の行を判断できれば終了コードは0です。済んだ分はOUT.partsに残り、中断した後に同じ\
         コマンドを実行すると続きから始まり、出力は1バイトも変わりません。個人が分かる内容は書きません。--key-envがあれば証明書と持ち主の\
         ハッシュ(同じ人なら同じ値)を、--identifyがあれば氏名などを書きます。Pythonのパッケージが必要です: pip install 'honnin[batch]'",
    ),
    ("The archive, a Parquet file", "検証するParquetファイル"),
    ("Where the findings go", "結果を書くParquetファイル"),
    ("The column of CMS, in DER or PEM", "CMS(DERまたはPEM)の列"),
    ("The column of what was signed, where it is outside of the CMS", "CMSの外にある、署名された内容の列"),
    (
        "The column of digests of what was signed (SHA-256, SHA-384 or SHA-512, by their length)",
        "署名された内容のハッシュ値の列(長さでSHA-256、SHA-384、SHA-512を見分けます)",
    ),
    (
        "The column of certificates, in DER or PEM, if there is none of CMS",
        "証明書(DERまたはPEM)の列。CMSの列がないときに使います",
    ),
    (
        "A column that is copied, so that rows can be told apart (repeatable)",
        "行を見分けるために、そのまま写す列(繰り返せます)",
    ),
    (
        "The environment variable that has the secret of the hashes, 16 bytes or more",
        "ハッシュの秘密(16バイト以上)が入っている環境変数",
    ),
    (
        "Write names, addresses, birth dates and fingerprints too",
        "氏名、住所、生年月日、証明書のフィンガープリントも書きます",
    ),
    (
        "How many rows are judged at the same time [default: as many as there are processors]",
        "同時に検証する行の数 [既定値: プロセッサの数]",
    ),
    (
        "Begin anew: forget what an earlier run left, and replace OUT",
        "初めからやり直します。前回の途中の結果を捨て、OUTを置き換えます",
    ),
    ("The PDF", "PDF"),
    ("The CMS, in DER or PEM", "CMS(DERまたはPEM)"),
    (
        "What was signed, if it is outside; `-` is standard input",
        "署名された内容がCMSの外にあるとき、そのファイル。「-」は標準入力です",
    ),
    (
        "Write the content that was inside here, if every signer signed it",
        "CMSの中の内容をここに書き出します。全員が署名しているときだけです",
    ),
    ("What was signed; `-` is standard input", "署名された内容。「-」は標準入力です"),
    (
        "The certificate or the public key (SubjectPublicKeyInfo), in DER or PEM",
        "証明書または公開鍵(SubjectPublicKeyInfo)。DERまたはPEM",
    ),
    ("The signature", "署名"),
    // Records of the card.
    ("Genuineness", "カードの真正性"),
    (
        "Whose cards to trust: those of production, also test cards (and --virtual), or only what is added",
        "どのカードを信頼するか。本番のカード(production)、テストカードと--virtualも(test)、--card-keyで加えたものだけ(added)",
    ),
    (
        "Trust this issuer: a file with the identifier and the public key (repeatable)",
        "この発行者を信頼します。識別子と公開鍵のファイル(繰り返せます)",
    ),
    ("What opens it: text, text-code-b", "何で開くか。textまたはtext-code-b"),
    (
        "Also check the signed digest of the record; it reveals the 個人番号, so a purpose must be given",
        "記録の署名付きハッシュも確かめます。個人番号が読み取られるため、目的の指定が必要です",
    ),
    (
        "Also read the 個人番号; only for what the law allows",
        "個人番号も読み取ります。法律で認められた目的に限ります",
    ),
    ("Read encrypted; the PIN still travels in clear", "暗号化して読み取ります。暗証番号は暗号化されません"),
    ("What the 個人番号 is read for; it is logged", "個人番号を読み取る目的。ログに残ります"),
    (
        "The age that must have been reached; without it, the birth date is shown",
        "満たすべき年齢。省くと、生年月日を表示します",
    ),
    ("On this day instead of today in Japan", "日本の今日の代わりに、この日で判断します"),
    (
        "The age is reached on the eve of the birthday, as procedures count that go by the day",
        "誕生日の前日に年齢に達したとします(日を単位とする手続きの数え方)",
    ),
    ("Answer yes or no and nothing else", "はい・いいえだけを答えます"),
    ("The card must be genuine as well", "カードが本物であることも確かめます"),
    ("Write the photo, as PNG", "顔写真をPNGで書き出します"),
    ("Write the picture of the name, as PNG", "氏名の画像をPNGで書き出します"),
    ("Write the picture of the address, as PNG", "住所の画像をPNGで書き出します"),
    ("Write the picture of the security code, as PNG", "セキュリティコードの画像をPNGで書き出します"),
    (
        "Write pictures as the card has them: the photo is JPEG 2000",
        "画像をカードにあるままの形式で書き出します。顔写真はJPEG 2000です",
    ),
    ("The card must answer a challenge as well", "カードが乱数に応答することも確かめます"),
    (
        "What opens a record: face-birth-date, face-code-b, text, text-code-b",
        "何で記録を開くか。face-birth-date、face-code-b、text、text-code-b",
    ),
    // compare.
    (
        "A signing certificate in DER or PEM; without it, the one of the card",
        "署名用電子証明書(DERまたはPEM)。省くと、カードの証明書を使います",
    ),
    (
        "The answer of `read --json` or `cert show --json`, instead of a certificate",
        "証明書の代わりに、「read --json」または「cert show --json」の結果",
    ),
    (
        "What is registered, as one JSON object with name, name_kana, script, address, birth_date and sex; `-` is standard \
         input. Others can read a command line, and cannot read this",
        "登録されている内容。name、name_kana、script、address、birth_date、sexを持つ1つのJSONオブジェクトで、「-」は標準入力です。\
         コマンドラインはほかの利用者にも見えますが、こちらは見えません",
    ),
    ("The registered name", "登録されている氏名"),
    ("The registered reading of the name", "登録されている氏名の読み仮名"),
    (
        "What the registered name is written in: kanji, kana, latin [default: found out]",
        "登録されている氏名の文字。kanji、kana、latin [既定値: 自動で判断]",
    ),
    ("The registered address", "登録されている住所"),
    (
        "The registered birth date, YYYY-MM-DD, unknown parts 00",
        "登録されている生年月日。YYYY-MM-DD、分からない部分は00",
    ),
    ("The registered sex: male, female, unknown", "登録されている性別。male、female、unknown"),
    (
        "A difference that may pass, by its name, or `spelling` or `nothing` (repeatable) [default: spelling]",
        "合格にしてよい違いの名前。「spelling」は表記の違い、「nothing」はなし(繰り返せます) [既定値: spelling]",
    ),
    // codes.
    (
        "A name (PIN_LOCKED) or number (403); without it, all are listed",
        "結果コードの名前(PIN_LOCKED)または番号(403)。省くと、一覧を表示します",
    ),
    (
        "The text for this reason, as FOUR_DIGITS_FOR_SIGNING",
        "この理由のときの文。例: FOUR_DIGITS_FOR_SIGNING",
    ),
    ("The text for this PIN", "この暗証番号のときの文"),
    (
        "The text for this kind of card: plastic, android, iphone, other",
        "この種類のカードのときの文。plastic、android、iphone、other",
    ),
    (
        "The text for this way to the reader: contact, contactless",
        "この読み取り方のときの文。contact(接触)、contactless(非接触)",
    ),
    ("The text for so many tries left", "残り回数がこの数のときの文"),
    (
        "Also the hints for what only the shop can know: other-way, phone-as-reader, name-must-match",
        "お店にしか分からない事情の案内も示します。other-way、phone-as-reader、name-must-match",
    ),
    // virtual-card.
    (
        "Put the card into the vsmartcard reader of a running pcscd, until interrupted",
        "動いているpcscdのvsmartcardリーダーに、中断されるまでカードを入れておきます",
    ),
    (
        "A JSON file that describes the card [default: 番号 花子]",
        "カードを説明するJSONファイル [既定値: 番号 花子]",
    ),
    ("Write the certificates of its two CAs, as PEM", "このカードの2つの認証局の証明書をPEMで書き出します"),
    (
        "Write the commands that the card saw, as JSON, when it leaves",
        "カードが受け取ったコマンドを、終わるときにJSONで書き出します",
    ),
    // What the parsers say.
    ("a number of seconds, 0 or more", "0以上の秒数を指定してください"),
    (
        "five numbers: the page, left, lower, width, height",
        "ページ、左端、下端、幅、高さの5つの数を指定してください",
    ),
    ("a day, like 2026-11-01", "2026-11-01のような日付を指定してください"),
    (
        "a moment in UTC, like 2026-11-01T12:00:00Z or 2026-11-01T12:00:00.5Z",
        "2026-11-01T12:00:00Zや2026-11-01T12:00:00.5Zのような協定世界時の時刻を指定してください",
    ),
    (
        "the address of an authority begins with http:// or https://",
        "時刻認証局のアドレスはhttp://かhttps://で始まります",
    ),
    ("a date is YYYY-MM-DD, unknown parts 00", "日付はYYYY-MM-DDで、分からない部分は00としてください"),
];
