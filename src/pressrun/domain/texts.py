"""The texts of `domain.messages`, grouped by what they are about."""

from pressrun.domain.checkup_texts import CHECKUP
from pressrun.domain.message import Message

_FAILURES = {
    "transient": Message(
        "플랫폼에 잠시 문제가 있어 실패했어요.",
        "The platform had a passing problem.",
        "자동으로 다시 시도해요. 계속되면 지금 다시 시도해 주세요.",
        "It retries by itself. If it goes on, retry it now.",
    ),
    "rate_limited": Message(
        "게시 한도를 넘었어요.",
        "A publishing limit was reached.",
        "한도가 풀리면 자동으로 다시 시도해요.",
        "It retries by itself when the limit frees up.",
    ),
    "login_expired": Message(
        "계정 인증 만료, 재인증 필요.",
        "Sign-in expired, reconnect.",
        "계정을 다시 연결하면 멈춘 게시물이 이어서 나가요.",
        "Reconnect the account; its held posts then go out.",
    ),
    "platform_checks_login": Message(
        "플랫폼이 이 계정의 로그인을 확인하고 있어요.",
        "The platform wants to check this account's sign-in.",
        "앱이나 웹에서 직접 로그인해 확인을 마친 뒤, 계정을 다시 연결해 주세요.",
        "Sign in there yourself and finish the check, then reconnect the account.",
    ),
    "page_checks_missing": Message(
        "Facebook 페이지에 필요한 확인(페이지 게시 승인 PPA나 2단계 인증)이 끝나지 않았어요.",
        "The Facebook Page lacks a check that Meta asks for: Page Publishing Authorization or two factors.",
        "Facebook에서 그 확인을 마친 뒤, 계정을 다시 연결해 주세요.",
        "Finish that check on Facebook, then reconnect the account.",
    ),
    "permissions_missing": Message(
        "계정에 필요한 권한이 빠져 있어요.",
        "The account lacks a permission that Pressrun needs.",
        "계정을 다시 연결하면서 동의 화면의 모든 항목을 허용해 주세요.",
        "Reconnect the account and allow everything on the consent page.",
    ),
    "channel_missing": Message(
        "이 Google 계정에는 유튜브 채널이 없어요.",
        "This Google account has no YouTube channel.",
        "채널이 있는 계정을 골라 다시 연결하거나, 유튜브에서 채널을 먼저 만들어 주세요.",
        "Connect again and choose an account with a channel, or make one on YouTube first.",
    ),
    "account_suspended": Message(
        "페르소나 ‘{persona}’ 계정 정지됨. 이 페르소나의 예약을 모두 멈췄어요.",
        "Account of persona ‘{persona}’ suspended. All of its posts are paused.",
        "플랫폼에서 정지를 푼 뒤 계정 화면에서 다시 시작해 주세요.",
        "Lift the suspension on the platform, then resume on the accounts page.",
    ),
    "refused": Message(
        "플랫폼이 게시물을 거절했어요.",
        "The platform refused the post.",
        "내용을 고친 뒤 다시 시도해 주세요.",
        "Change the post, then retry.",
    ),
    "setting_refused": Message(
        "플랫폼이 받지 않은 항목이 있어요: {field}",
        "The platform did not accept this: {field}",
        "그 항목을 고친 뒤 다시 시도해 주세요.",
        "Change it, then retry.",
    ),
    "text_too_long": Message(
        "플랫폼이 글이 너무 길다고 해요.",
        "The platform says that the text is too long.",
        "글을 줄이거나 여러 게시물로 나눠 주세요.",
        "Shorten it, or divide it into several posts.",
    ),
    "part_not_found": Message(
        "앞 게시물을 찾지 못해 스레드를 이어서 올리지 못했어요.",
        "The thread could not go on: the post before it was not found.",
        "플랫폼에서 직접 이어 쓰거나, 올라간 부분을 지우고 새 게시물로 올려 주세요.",
        "Continue it on the platform, or delete what is there and publish it as a new post.",
    ),
    "thing_missing": Message(
        "플랫폼에 없는 것을 가리키고 있어요: {what}",
        "The platform does not know this: {what}",
        "플랫폼에 아직 있는지 확인한 뒤 다시 시도해 주세요.",
        "Check that it still exists on the platform, then retry.",
    ),
    "not_permitted": Message(
        "플랫폼이 이 계정에는 허용하지 않는 일이에요.",
        "The platform does not permit this to the account.",
        "계정의 권한과 설정을 플랫폼에서 확인해 주세요.",
        "Check the account's rights and settings on the platform.",
    ),
    "video_rejected": Message(
        "영상은 올라갔지만 유튜브가 받아들이지 않았어요: {why}",
        "The video was uploaded, and YouTube rejected it: {why}",
        "YouTube 스튜디오에서 까닭을 확인한 뒤, 고친 영상을 새 게시물로 올려 주세요.",
        "Look up the reason in YouTube Studio, then publish a corrected video as a new post.",
    ),
    "channel_unverified": Message(
        "확인되지 않은 채널은 {minutes}분보다 긴 영상을 올릴 수 없어요.",
        "A channel that is not verified can't upload videos longer than {minutes} minutes.",
        "youtube.com/verify 에서 전화번호를 확인한 뒤 다시 시도해 주세요.",
        "Verify a phone number at youtube.com/verify, then retry.",
    ),
    "media_unusable": Message(
        "이미지 재생성 필요. {which}번째 파일을 쓸 수 없어요.",
        "Image must be made again: file {which} can't be used.",
        "이미지를 다시 만들거나 다른 파일로 바꿔 주세요.",
        "Make the image again or replace the file.",
    ),
    "some_media_unusable": Message(
        "이미지 재생성 필요. 쓸 수 없는 파일이 있어요.",
        "Image must be made again: one of the files can't be used.",
        "플랫폼이 어느 파일인지 말하지 않았어요. 모두 확인해서 다시 만들거나 바꿔 주세요.",
        "The platform does not say which one: look at each, then make it again or replace it.",
    ),
    "some_video_unusable": Message(
        "영상 재생성 필요. 쓸 수 없는 파일이 있어요.",
        "Video must be made again: one of the files can't be used.",
        "플랫폼이 어느 파일인지 말하지 않았어요. 모두 확인해서 다시 만들거나 바꿔 주세요.",
        "The platform does not say which one: look at each, then make it again or replace it.",
    ),
    "video_unusable": Message(
        "영상 재생성 필요. {which}번째 파일을 쓸 수 없어요.",
        "Video must be made again: file {which} can't be used.",
        "영상을 다시 만들거나 다른 파일로 바꿔 주세요.",
        "Make the video again or replace the file.",
    ),
    "media_unreachable": Message(
        "플랫폼이 파일을 가져가지 못했어요.",
        "The platform could not fetch the file.",
        "공개 주소(PRESSRUN_PUBLIC_URL)가 밖에서 열리는지 확인해 주세요. 자동으로 다시 시도해요.",
        "Check that the public address (PRESSRUN_PUBLIC_URL) opens from outside. It retries by itself.",
    ),
    "misconfigured": Message(
        "연결 설정이 잘못됐어요.",
        "The connection is set up wrongly.",
        "운영자가 앱 키와 결제 상태를 확인해야 해요.",
        "The operator must check the app's keys and billing.",
    ),
    "credits_depleted": Message(
        "플랫폼에서 산 API 사용량을 다 썼어요.",
        "The API credits bought from the platform are used up.",
        "운영자가 플랫폼의 개발자 화면에서 충전한 뒤 다시 시도해 주세요.",
        "The operator buys more on the platform's developer page; then retry.",
    ),
    "duplicate": Message(
        "플랫폼이 이미 있는 게시물이라고 해요.",
        "The platform says it already has this post.",
        "이미 올라가 있는지 확인하고 있어요.",
        "It is being checked whether it is already there.",
    ),
    "outcome_unknown": Message(
        "게시 요청의 결과를 알 수 없어요.",
        "The outcome of the publishing call is unknown.",
        "플랫폼을 열어 게시됐는지 본 뒤 알려 주세요. 그 전에는 다시 보내지 않아요.",
        "Look on the platform and say whether it is there. Nothing is sent again before that.",
    ),
    "given_up": Message(
        "포기한 게시물이에요.",
        "This post was given up.",
        "되돌린 뒤 다시 시도해 주세요.",
        "Undo, then retry.",
    ),
}

_TIMES = {
    "day_too_full": Message(
        "@{handle} 계정의 하루 한도는 {limit}건인데 24시간 안에 {count}건이 잡혀 있어요.",
        "@{handle} may publish {limit} posts in 24 hours, and {count} are planned.",
        "넘치는 게시물은 한도가 풀릴 때까지 기다려요. 다른 날로 옮기면 제때 나가요.",
        "Those over the limit wait until it frees up. Move some to another day to keep their times.",
    ),
    "time_malformed": Message(
        "날짜를 읽을 수 없어요.",
        "Can't read that date.",
        "예: 2026-11-20 18:30",
        "Example: 2026-11-20 18:30",
    ),
    "time_in_past": Message(
        "이미 지난 시각이에요.", "That time has passed.", "지금 이후로 골라 주세요.", "Choose a later one."
    ),
    "time_too_near": Message(
        "너무 가까운 시각이에요.",
        "Too soon.",
        "{seconds}초 뒤 이후로 고르거나 지금 게시해 주세요.",
        "Choose a time at least {seconds} seconds away, or publish now.",
    ),
    "time_too_far": Message(
        "너무 먼 시각이에요.",
        "Too far away.",
        "2년 안의 시각을 골라 주세요.",
        "Choose a time within two years.",
    ),
    "time_does_not_exist": Message(
        "{zone}에는 없는 시각이에요. 서머타임이 시작되며 건너뛰어요.",
        "That time does not exist in {zone}: daylight saving skips it.",
        "한 시간 앞이나 뒤를 골라 주세요.",
        "Choose an hour earlier or later.",
    ),
}

_RECURRENCE = {
    "both_given": Message(
        "cron과 주기가 함께 있어요.",
        "Both cron and a frequency are given.",
        "둘 가운데 하나만 남겨 주세요.",
        "Keep one of them.",
    ),
    "recurrence_missing": Message(
        "언제 반복할지 정하지 않았어요.",
        "It is not said how often this runs.",
        "주기를 고르거나 cron을 적어 주세요.",
        "Choose a frequency or write a cron line.",
    ),
    "frequency_unknown": Message(
        "모르는 주기예요.",
        "This frequency is unknown.",
        "{frequencies} 가운데에서 골라 주세요.",
        "Choose one of {frequencies}.",
    ),
    "cron_invalid": Message(
        "cron에서 ‘{part}’ 부분을 읽을 수 없어요.",
        "Can't read ‘{part}’ in this cron line.",
        "분, 시, 일, 월, 요일을 한 칸씩 띄어 적어 주세요. 예: 30 9 * * mon-fri",
        "Write minute, hour, day, month and weekday with blanks between. Example: 30 9 * * mon-fri",
    ),
    "never_runs": Message(
        "달력에 없는 날짜라 한 번도 실행되지 않아요.",
        "This never runs: the calendar has no such day.",
        "일과 월을 고쳐 주세요.",
        "Change the day or the month.",
    ),
    "time_of_day_malformed": Message(
        "하루 중 시각을 읽을 수 없어요.",
        "Can't read the time of day.",
        "00:00부터 23:59까지 두 자리씩 적어 주세요. 예: 09:30",
        "Write it as HH:MM, 00:00 to 23:59. Example: 09:30",
    ),
    "weekday_unknown": Message(
        "그런 요일이 없어요.",
        "There is no such weekday.",
        "1(월요일)부터 7(일요일)까지 가운데에서 골라 주세요.",
        "Choose 1 (Monday) to 7 (Sunday).",
    ),
    "day_of_month_unknown": Message(
        "그런 날짜가 없어요.",
        "There is no such day of the month.",
        "1부터 31까지 가운데에서 골라 주세요. 짧은 달에는 마지막 날에 실행돼요.",
        "Choose 1 to 31; a shorter month runs on its last day.",
    ),
}

_VIDEO = {
    "video_missing": Message(
        "올릴 영상을 하나만 알려 주세요.",
        "It must be said which one video to upload.",
        "asset_id와 task_id 가운데 하나만 넣어 주세요.",
        "Give either asset_id or task_id.",
    ),
    "task_without_video": Message(
        "이 작업은 영상을 만들지 않았어요.",
        "This task made no video.",
        "영상을 만든 작업을 고르거나 파일을 올려 주세요.",
        "Choose a task that made one, or upload a file.",
    ),
    "account_of_other_platform": Message(
        "다른 플랫폼의 계정이에요: {platform}",
        "This account belongs to another platform: {platform}",
        "맞는 플랫폼의 계정을 골라 주세요.",
        "Choose an account of the right platform.",
    ),
    "description_too_long": Message(
        "설명이 {length}바이트예요. 해시태그까지 {limit}바이트를 넘을 수 없고, 한글은 한 글자가 3바이트예요.",
        "The description has {length} bytes; with hashtags at most {limit} are allowed.",
        "글을 줄여 주세요.",
        "Shorten it; letters outside the Latin alphabet count as two bytes or more.",
    ),
    "angle_brackets": Message(
        "유튜브는 < 와 > 를 받지 않아요.",
        "YouTube does not take < and >.",
        "다른 글자로 바꿔 주세요.",
        "Use other characters.",
    ),
    "video_title_missing": Message(
        "영상 제목이 없어요.",
        "The video has no title.",
        "제목을 적거나 캡션의 첫 줄을 적어 주세요.",
        "Give a title, or write a first line into the caption.",
    ),
    "video_title_too_long": Message(
        "영상 제목이 {length}자예요. {limit}자까지 쓸 수 있어요.",
        "The video's title has {length} characters; at most {limit} are allowed.",
        "제목을 줄여 주세요.",
        "Shorten it.",
    ),
    "tags_too_long": Message(
        "태그가 모두 {length}자예요. 쉼표까지 {limit}자를 넘을 수 없어요.",
        "The tags have {length} characters in all; with commas at most {limit} are allowed.",
        "태그를 줄여 주세요.",
        "Remove some.",
    ),
    "publish_at_malformed": Message(
        "공개할 시각을 읽을 수 없어요.",
        "Can't read the time at which it becomes public.",
        "시간대까지 적어 주세요. 예: 2026-11-20T18:30:00+09:00",
        "Write it with its offset. Example: 2026-11-20T18:30:00+09:00",
    ),
    "publish_at_needs_private": Message(
        "공개할 시각은 비공개 영상에만 정할 수 있어요.",
        "Only a private video can become public at a time.",
        "공개 범위를 비공개로 바꾸거나 시각을 지워 주세요.",
        "Make it private, or remove the time.",
    ),
    "short_landscape": Message(
        "쇼츠는 정사각형이나 세로 영상이어야 해요.",
        "A Short must be square or upright.",
        "세로로 다시 만들거나 형식을 video로 바꿔 주세요.",
        "Make it upright, or choose the format video.",
    ),
    "captions_malformed": Message(
        "자막 목록을 읽을 수 없어요. {limit}개까지 넣을 수 있어요.",
        "Can't read the captions; at most {limit} tracks are allowed.",
        "language, name, text를 가진 항목의 목록으로 적어 주세요.",
        "Give a list of entries with language, name and text.",
    ),
    "caption_track_malformed": Message(
        "{which}번째 자막을 읽을 수 없어요.",
        "Can't read caption track {which}.",
        "language, 150자까지의 name, text를 글로 적어 주세요.",
        "Give language, a name of at most 150 characters, and text.",
    ),
    "caption_track_language": Message(
        "{which}번째 자막의 언어를 알 수 없어요: {language}",
        "The language of caption track {which} is unknown: {language}",
        "ko, en, pt-BR처럼 적어 주세요.",
        "Write it like ko, en or pt-BR.",
    ),
    "caption_track_untimed": Message(
        "{which}번째 자막에 시각이 없어요.",
        "Caption track {which} has no times.",
        "SRT나 WebVTT 파일의 내용을 넣어 주세요.",
        "Give the contents of an SRT or WebVTT file.",
    ),
    "caption_track_too_long": Message(
        "{which}번째 자막이 너무 길어요. {limit}자까지 쓸 수 있어요.",
        "Caption track {which} is too long; at most {limit} characters are allowed.",
        "자막을 줄여 주세요.",
        "Shorten it.",
    ),
    "captions_twice": Message(
        "언어와 이름이 같은 자막이 두 개 있어요.",
        "Two caption tracks have the same language and name.",
        "하나를 빼거나 이름을 바꿔 주세요.",
        "Remove one, or give it another name.",
    ),
    "setting_malformed": Message(
        "{option} 값을 읽을 수 없어요.",
        "Can't read the value of {option}.",
        "설명서에 있는 값을 써 주세요.",
        "Use a value that the documentation names.",
    ),
    "setting_choice": Message(
        "{option}에 쓸 수 없는 값이에요.",
        "{option} does not take this value.",
        "{choices} 가운데에서 골라 주세요.",
        "Choose one of {choices}.",
    ),
    "locked_private": Message(
        "영상은 올라갔지만 유튜브가 비공개로 잠갔어요. Google의 심사를 받지 않은 앱이에요.",
        "The video is uploaded, and YouTube locked it as private: Google has not audited the app.",
        "앱의 API 심사를 신청해 주세요. 심사 뒤에는 이 영상을 새 게시물로 다시 올려야 해요.",
        "Request the API audit for the app; afterwards publish the video again as a new post.",
    ),
    "still_processing": Message(
        "영상은 올라갔고, 유튜브가 아직 처리하고 있어요.",
        "The video is uploaded, and YouTube is still processing it.",
        "긴 영상은 시간이 걸려요. 잠시 뒤에 링크에서 확인해 주세요.",
        "Long videos take a while: look at the link a little later.",
    ),
    "left_unfinished": Message(
        "게시물은 올라갔지만 마무리는 하지 못했어요.",
        "The post is out, and what belongs to it could not be finished.",
        "링크에서 썸네일, 자막, 공개 상태를 확인하고 빠진 것을 플랫폼에서 직접 넣어 주세요.",
        "Look at it by its link, and add there what is missing: thumbnail, captions, visibility.",
    ),
    "thumbnail_refused": Message(
        "영상은 올라갔지만 썸네일은 넣지 못했어요.",
        "The video is out, and its thumbnail was not accepted.",
        "채널의 전화번호 확인 상태를 보고, YouTube 스튜디오에서 넣어 주세요.",
        "Check that the channel is verified by phone, and set it in YouTube Studio.",
    ),
    "captions_refused": Message(
        "영상은 올라갔지만 자막은 넣지 못했어요.",
        "The video is out, and its captions were not accepted.",
        "YouTube 스튜디오에서 자막을 넣어 주세요.",
        "Add them in YouTube Studio.",
    ),
    "playlist_refused": Message(
        "영상은 올라갔지만 재생목록에는 넣지 못했어요.",
        "The video is out, and it was not added to the playlist.",
        "재생목록이 아직 있는지 확인하고, YouTube 스튜디오에서 넣어 주세요.",
        "Check that the playlist still exists, and add it in YouTube Studio.",
    ),
}

_TEXT = {
    "caption_too_long": Message(
        "캡션이 {length}자예요. 해시태그까지 {limit}자를 넘을 수 없어요.",
        "The caption has {length} characters; with hashtags at most {limit} are allowed.",
        "글을 줄여 주세요.",
        "Shorten it.",
    ),
    "part_too_long": Message(
        "{which}번째 부분이 {length}자예요. 부분마다 {limit}자까지 쓸 수 있어요.",
        "Part {which} counts {length} characters; each part may have {limit}.",
        "그 부분을 줄이거나 나누는 줄을 하나 더 넣어 주세요.",
        "Shorten it, or divide it once more.",
    ),
    "weighted_too_long": Message(
        "글이 {length}자예요. 해시태그까지 {limit}자까지 쓸 수 있어요. 한글과 이모지는 2자, 링크는 23자예요.",
        "The text counts {length} of at most {limit}, with hashtags: Hangul and emoji count two, links 23.",
        "글을 줄이거나, 스레드로 바꾸고 --- 만 있는 줄로 나눠 주세요.",
        "Shorten it, or choose a thread and divide it with lines of just ---.",
    ),
    "text_missing": Message(
        "글도 미디어도 없어요.",
        "There is neither text nor media.",
        "둘 가운데 하나를 넣어 주세요.",
        "Add one of them.",
    ),
    "characters_forbidden": Message(
        "플랫폼이 받지 않는 보이지 않는 글자가 있어요: {characters}",
        "There are invisible characters that the platform does not take: {characters}",
        "글을 메모장에 붙여 넣었다가 다시 옮기거나, 그 부분을 새로 적어 주세요.",
        "Type that part anew, or pass the text through a plain text editor.",
    ),
    "too_many_cashtags": Message(
        "종목 표시($)가 {count}개예요. 게시물 하나에 {limit}개까지 쓸 수 있어요.",
        "There are {count} cashtags; a post may have {limit}.",
        "$를 빼 주세요.",
        "Remove the $ from the others.",
    ),
    "parts_alike": Message(
        "{first}번째와 {which}번째 부분의 글이 같아요. 플랫폼은 같은 글을 두 번 받지 않아요.",
        "Parts {first} and {which} say the same; the platform takes a text once.",
        "둘 가운데 하나를 다르게 적어 주세요.",
        "Change one of them.",
    ),
    "too_many_parts": Message(
        "부분이 {count}개예요. 스레드는 {limit}개까지 올려요.",
        "There are {count} parts; a thread is published with at most {limit}.",
        "몇 부분을 합쳐 주세요.",
        "Join some of them.",
    ),
    "too_many_hashtags": Message(
        "해시태그가 {count}개예요. {limit}개까지 쓸 수 있어요.",
        "There are {count} hashtags; at most {limit} are allowed.",
        "해시태그를 줄여 주세요.",
        "Remove some.",
    ),
    "too_many_mentions": Message(
        "멘션이 {count}개예요. {limit}개까지 쓸 수 있어요.",
        "There are {count} mentions; at most {limit} are allowed.",
        "멘션을 줄여 주세요.",
        "Remove some.",
    ),
    "title_missing": Message(
        "제목이 비어 있어요.", "The title is empty.", "주제를 적어 주세요.", "Write a topic."
    ),
    "title_too_long": Message(
        "제목이 {length}자예요. {limit}자까지 쓸 수 있어요.",
        "The title has {length} characters; at most {limit} are allowed.",
        "주제를 짧게 적어 주세요.",
        "Make it shorter.",
    ),
    "title_without_words": Message(
        "제목에 글자가 없어 무엇을 쓸지 알 수 없어요.",
        "The title has no words, so there is nothing to write about.",
        "이모지와 함께 주제를 글로 적어 주세요.",
        "Add the topic in words beside the emoji.",
    ),
    "prompt_refused": Message(
        "AI가 이 주제로는 글을 쓰지 않겠다고 답했어요.",
        "The AI declined to write about this topic.",
        "주제를 다른 말로 바꾼 뒤 다시 시도해 주세요.",
        "Reword the topic, then retry.",
    ),
    "script_unusable": Message(
        "AI의 답을 두 번 받았지만 글로 쓸 수 없었어요.",
        "The AI answered twice and neither answer could be used.",
        "다시 시도하고, 계속되면 주제나 장면 수를 줄여 주세요.",
        "Retry; if it goes on, shorten the topic or ask for fewer scenes.",
    ),
    "request_unacceptable": Message(
        "AI 서비스가 요청을 받지 않았어요.",
        "The AI service did not accept the request.",
        "주제를 짧게 바꾸고, 계속되면 운영자에게 모델 설정을 확인해 달라고 해 주세요.",
        "Shorten the topic; if it goes on, ask the operator to check the model setting.",
    ),
    "setting_misplaced": Message(
        "{option}은(는) 이 형식에서 쓸 수 없어요: {format}",
        "{option} is not for this format: {format}",
        "빼거나 다른 형식을 골라 주세요.",
        "Leave it out, or choose another format.",
    ),
    "setting_too_many": Message(
        "{option}에 {count}개가 있어요. {limit}개까지 쓸 수 있어요.",
        "{option} has {count} entries; at most {limit} are allowed.",
        "몇 개를 빼 주세요.",
        "Remove some.",
    ),
    "note_missing": Message(
        "반려하려면 이유가 필요해요.", "A reason is needed to reject.", "메모를 적어 주세요.", "Write a note."
    ),
}

_MEDIA = {
    "media_fell_back": Message(
        "CDN에 연결할 수 없어 로컬 파일로 게시했어요.",
        "The CDN was unreachable; posted from the local file.",
        "되풀이되면 서버에서 pressrun doctor로 저장소를 확인해 주세요.",
        "If it goes on, check the media store with pressrun doctor on the server.",
    ),
    "media_missing": Message(
        "이 형식에는 이미지나 영상이 필요해요.",
        "This format needs an image or a video.",
        "미디어를 하나 이상 넣어 주세요.",
        "Add at least one file.",
    ),
    "media_unsupported": Message(
        "지원하지 않는 파일이에요: {name}.",
        "This kind of file is not supported: {name}.",
        "JPEG, PNG, WebP, HEIC, GIF 이미지나 MP4, MOV, WebM, MKV, AVI, TS 영상을 올려 주세요.",
        "Upload a JPEG, PNG, WebP, HEIC or GIF image, or an MP4, MOV, WebM, MKV, AVI or TS video.",
    ),
    "media_broken": Message(
        "이미지 재생성 필요. {name} 파일을 열 수 없어요.",
        "Image must be made again: {name} can't be opened.",
        "파일을 다시 내보내거나 다른 파일을 올려 주세요.",
        "Export the file again or upload another.",
    ),
    "media_too_large": Message(
        "{name} 이미지가 {megapixels}메가픽셀로 너무 커요. {limit}메가픽셀까지 쓸 수 있어요.",
        "{name} has {megapixels} megapixels; at most {limit} are allowed.",
        "크기를 줄여서 다시 올려 주세요.",
        "Make it smaller and upload it again.",
    ),
    "file_too_large": Message(
        "파일이 너무 커요. {limit}바이트까지 올릴 수 있어요.",
        "The file is too large; at most {limit} bytes are allowed.",
        "더 작은 파일을 올려 주세요.",
        "Upload a smaller file.",
    ),
    "file_missing": Message(
        "파일이 없어요.", "There is no file.", "올릴 파일을 골라 주세요.", "Choose a file to upload."
    ),
    "media_count": Message(
        "미디어가 {count}개예요. 이 형식은 {lowest}개에서 {highest}개까지 받아요.",
        "There are {count} files; this format takes {lowest} to {highest}.",
        "개수를 맞추거나 형식을 바꿔 주세요.",
        "Change the number of files or the format.",
    ),
    "media_mixed": Message(
        "영상이나 움직이는 GIF는 다른 파일과 함께 올릴 수 없어요.",
        "A video or an animated GIF can't go out together with other files.",
        "그 파일 하나만 남기거나, 사진만 넣어 주세요.",
        "Keep that one file, or only photos.",
    ),
    "quote_with_media": Message(
        "인용하는 게시물에는 미디어를 넣을 수 없어요.",
        "A post that quotes another one can't have media.",
        "미디어나 인용 가운데 하나를 빼 주세요.",
        "Remove the media or the quote.",
    ),
    "media_kind": Message(
        "이 형식에는 쓸 수 없는 미디어예요: {kind}.",
        "This format does not take this kind of media: {kind}.",
        "다른 파일이나 형식을 골라 주세요.",
        "Choose another file or format.",
    ),
    "video_length": Message(
        "{which}번째 영상이 {seconds}초예요. 이 형식은 {shortest}초에서 {longest}초까지 받아요.",
        "Video {which} is {seconds} seconds long; this format takes {shortest} to {longest}.",
        "길이를 맞추거나 다른 형식을 골라 주세요.",
        "Trim it, or choose another format.",
    ),
    "video_too_small": Message(
        "{which}번째 영상이 {width}×{height}픽셀로 너무 작아요. 한 변이 {limit}픽셀은 돼야 해요.",
        "Video {which} has {width}×{height} pixels; each side needs at least {limit}.",
        "더 큰 영상으로 다시 내보내 주세요.",
        "Export it larger.",
    ),
    "video_too_heavy": Message(
        "{which}번째 영상은 {megabytes}MB 안으로 줄이면 알아볼 수 없게 돼요.",
        "Video {which} can't be squeezed into {megabytes} MB and still be watched.",
        "짧게 자르거나 다른 형식을 골라 주세요.",
        "Trim it, or choose another format.",
    ),
    "animation_too_large": Message(
        "{which}번째 움직이는 이미지가 너무 커요. "
        "{megabytes}MB, {width}×{height}픽셀, {frames}프레임까지 받아요.",
        "Animation {which} is too large; at most {megabytes} MB, {width}×{height} pixels and "
        "{frames} frames are taken.",
        "작게 줄이거나 영상으로 바꿔서 올려 주세요.",
        "Make it smaller, or upload it as a video.",
    ),
    "media_unmendable": Message(
        "이미지 재생성 필요. {name} 파일을 플랫폼 규칙에 맞게 바꾸지 못했어요.",
        "{name} must be made again: it could not be changed to what the platform takes.",
        "다른 설정으로 다시 내보내거나 다른 파일로 바꿔 주세요.",
        "Export it with other settings or replace it.",
    ),
    "file_unusable_soon": Message(
        "이미지 재생성 필요. 곧 나갈 게시물의 {name} 파일을 쓸 수 없어요. ({handle})",
        "A post that is due soon has a file that can't be used and must be made again: {name}. ({handle})",
        "게시 시각이 되기 전에 다시 만들거나 다른 파일로 바꿔 주세요.",
        "Make it again or replace it before the post is due.",
    ),
    "ffmpeg_missing": Message(
        "영상 도구(ffmpeg)를 실행할 수 없어서 영상을 다루지 못해요. ({program})",
        "The video tool (ffmpeg) can't be started, so videos can't be handled. ({program})",
        "운영자가 FFMPEG 설정을 확인해야 해요. pressrun doctor가 알려 줘요.",
        "The operator must check the FFMPEG setting; pressrun doctor tells more.",
    ),
    "cover_unusable": Message(
        "표지 이미지를 플랫폼이 받지 않았어요.",
        "The platform did not take the cover image.",
        "다른 표지를 고르거나 표지 없이 게시해 주세요.",
        "Choose another cover, or publish without one.",
    ),
    "cover_missing": Message(
        "고른 표지 이미지를 찾을 수 없어요.",
        "The chosen cover image can't be found.",
        "표지를 다시 고르거나 표지 없이 게시해 주세요.",
        "Choose the cover again, or publish without one.",
    ),
    "thumb_offset_outside": Message(
        "표지로 쓸 순간이 영상 밖에 있어요: {offset}ms. 영상은 {seconds}초예요.",
        "The moment for the cover lies outside the video: {offset} ms; the video has {seconds} seconds.",
        "영상 안의 순간을 골라 주세요.",
        "Choose a moment within the video.",
    ),
    "image_url_unreachable": Message(
        "이미지 주소를 열 수 없어요: {url}",
        "The image address can't be opened: {url}",
        "주소를 확인하거나 파일을 직접 올려 주세요.",
        "Check the address, or upload the file.",
    ),
    "address_private": Message(
        "내부 주소는 가져올 수 없어요: {url}",
        "Addresses inside a private network are not fetched: {url}",
        "공개된 주소를 쓰거나 파일을 직접 올려 주세요.",
        "Use a public address, or upload the file.",
    ),
    "asset_not_found": Message(
        "그런 파일이 없어요: {asset_id}",
        "There is no such file: {asset_id}",
        "파일을 다시 올려 주세요.",
        "Upload it again.",
    ),
    "asset_duplicate": Message(
        "같은 파일이 두 번 들어 있어요.",
        "The same file is there twice.",
        "하나를 빼 주세요.",
        "Remove one of them.",
    ),
    "format_unknown": Message(
        "이 플랫폼이 받지 않는 형식이에요: {format}",
        "This platform does not take the format {format}.",
        "{formats} 가운데에서 골라 주세요.",
        "Choose one of {formats}.",
    ),
    "card_undrawable": Message(
        "카드 글꼴에 없는 글자가 있어 이미지를 그리지 못했어요.",
        "The card could not be drawn: its font lacks some of the characters.",
        "제목과 본문에서 그 글자를 바꾼 뒤 다시 만들어 주세요.",
        "Replace these characters in headline and text, then make it again.",
    ),
    "glyph_missing": Message(
        "글꼴에 없는 글자가 있어 카드를 그릴 수 없어요: {characters}",
        "The card can't be drawn, the font lacks: {characters}",
        "그 글자를 빼거나 바꿔 주세요.",
        "Remove or replace these characters.",
    ),
}

_OPTIONS = {
    "option_thread": Message(
        "스레드",
        "Thread",
        "--- 만 있는 줄에서 다음 게시물로 나뉘어요. 이미지는 첫 게시물에 붙어요.",
        "A line of just --- begins the next post. Pictures go with the first one.",
    ),
    "option_title": Message(
        "제목",
        "Title",
        "비워 두면 캡션의 첫 줄을 써요. 100자까지예요.",
        "Left empty, it is the first line of the caption. At most 100 characters.",
    ),
    "option_tags": Message(
        "태그",
        "Tags",
        "쉼표로 나눠 적어 주세요. 예: 산책, 아침",
        "Separate them with commas. Example: walk, morning",
    ),
    "option_privacy": Message(
        "공개 범위",
        "Who may see it",
        "일부 공개는 링크를 아는 사람만 볼 수 있어요.",
        "Unlisted is seen by whoever has the link.",
    ),
    "option_made_for_kids": Message("아동용 콘텐츠", "Made for children"),
    "option_synthetic_media": Message(
        "AI로 만들거나 바꾼 사실적인 장면이 있음",
        "It shows realistic scenes that were made or changed by AI",
    ),
    "option_thumbnail_asset_id": Message(
        "썸네일",
        "Thumbnail",
        "미디어에 올린 이미지의 번호예요. 전화번호를 확인한 채널에서만 쓸 수 있어요.",
        "The id of an uploaded image; only channels verified by phone may set one.",
    ),
    "option_playlist_id": Message(
        "재생목록",
        "Playlist",
        "재생목록 주소에서 list= 뒤의 글자예요.",
        "What follows list= in the playlist's address.",
    ),
    "option_license": Message("라이선스", "Licence"),
    "option_reply_settings": Message(
        "답글을 달 수 있는 사람",
        "Who may reply",
    ),
    "option_made_with_ai": Message("AI로 만든 콘텐츠로 표시", "Label it as made with AI"),
    "option_in_reply_to": Message(
        "답글을 달 게시물",
        "Reply to",
        "그 게시물의 주소나 번호예요. 나를 언급하거나 인용한 사람에게만 답글을 달 수 있어요.",
        "Its address or number. Only someone who mentioned or quoted you can be replied to.",
    ),
    "option_quote": Message(
        "인용할 게시물",
        "Quote",
        "그 게시물의 주소나 번호예요. 미디어와 함께는 쓸 수 없어요.",
        "Its address or number. Not together with media.",
    ),
    "option_collaborators": Message(
        "공동 작성자",
        "Collaborators",
        "사용자 이름을 쉼표로 나눠 세 명까지 적어 주세요.",
        "Up to three usernames, with commas between them.",
    ),
    "option_cover_asset_id": Message(
        "표지",
        "Cover",
        "미디어에 올린 이미지의 번호예요. 비워 두면 영상의 한 순간이 표지예요.",
        "The id of an uploaded image; left empty, a moment of the video is the cover.",
    ),
    "option_thumb_offset": Message(
        "표지로 쓸 순간",
        "Moment for the cover",
        "영상의 처음부터 몇 밀리초인지 적어 주세요. 예: 1500",
        "In milliseconds from the start of the video, such as 1500.",
    ),
    "option_audio_name": Message(
        "오디오 이름",
        "Name of the audio",
        "영상에 든 소리의 이름이에요. 한 번만 정할 수 있어요.",
        "What the sound of the video is called; it can be set once.",
    ),
    "option_share_to_feed": Message("피드에도 보이기", "Show it in the feed too"),
    "option_is_ai_generated": Message("AI로 만든 콘텐츠로 표시", "Label it as made by AI"),
    "option_location_id": Message(
        "위치",
        "Location",
        "장소 페이지의 번호예요. 예: 213385402",
        "The number of the place's page, such as 213385402.",
    ),
}
"""Labels of what a form offers for a post, with their hints."""

_FIXES = {
    "fixed_format": Message("{format}로 바꿨어요.", "Converted to {format}."),
    "fixed_ratio": Message("여백을 넣어 {ratio} 비율로 맞췄어요.", "Padded to {ratio}."),
    "fixed_size": Message("{width}×{height}픽셀로 줄였어요.", "Scaled to {width}×{height} pixels."),
    "fixed_bytes": Message("용량을 {megabytes}MB로 줄였어요.", "Compressed to {megabytes} MB."),
    "fixed_still": Message(
        "움직이는 이미지를 받지 않아서 첫 장면만 남겼어요.",
        "Animations are not taken here, so its first frame is used.",
    ),
    "fixed_resaved": Message(
        "누구에게나 똑같이 보이게 다시 저장했어요.", "Saved anew so that it looks the same everywhere."
    ),
    "fixed_encoding": Message("영상을 H.264로 다시 인코딩했어요.", "Re-encoded as H.264."),
    "fixed_fps": Message("초당 {fps}프레임으로 맞췄어요.", "Set to {fps} frames a second."),
    "fixed_sound": Message("소리를 AAC로 다시 인코딩했어요.", "Sound re-encoded as AAC."),
    "fixed_start": Message(
        "바로 재생되게 영상의 차례를 앞으로 옮겼어요.",
        "Its index was moved to the front, so that it plays at once.",
    ),
}

_ACCOUNTS = {
    "account_not_found": Message(
        "그런 계정이 없어요.",
        "There is no such account.",
        "계정 목록에서 골라 주세요.",
        "Choose one from the list of accounts.",
    ),
    "account_missing": Message(
        "계정을 고르지 않았어요.", "No account is chosen.", "계정을 골라 주세요.", "Choose an account."
    ),
    "needs_reauth": Message(
        "계정 인증 만료, 재인증 필요.",
        "Sign-in expired, reconnect.",
        "계정을 다시 연결해 주세요.",
        "Reconnect the account.",
    ),
    "account_paused": Message(
        "계정이 일시중지되어 있어요.",
        "The account is paused.",
        "계정 화면에서 다시 시작해 주세요.",
        "Resume it on the accounts page.",
    ),
    "persona_paused": Message(
        "페르소나가 일시중지되어 있어요.",
        "The persona is paused.",
        "계정 화면에서 다시 시작해 주세요.",
        "Resume it on the accounts page.",
    ),
    "still_suspended": Message(
        "플랫폼이 아직 계정을 정지해 두었어요.",
        "The platform still suspends the account.",
        "플랫폼에서 정지를 푼 뒤 다시 눌러 주세요.",
        "Lift it on the platform, then try again.",
    ),
    "platform_unknown": Message(
        "연결할 수 없는 플랫폼이에요: {platform}",
        "This platform can't be connected: {platform}",
        "{platforms} 가운데에서 골라 주세요.",
        "Choose one of {platforms}.",
    ),
    "credentials_refused": Message(
        "플랫폼이 로그인을 받지 않았어요. ({said})",
        "The platform did not accept this login. ({said})",
        "토큰과 계정 번호를 확인해 주세요.",
        "Check the token and the account's id.",
    ),
    "credentials_incomplete": Message(
        "로그인 정보에 빠진 것이 있어요: {missing}",
        "The credentials lack {missing}.",
        "빠진 항목을 채워 주세요.",
        "Fill in what is missing.",
    ),
    "persona_not_found": Message(
        "그런 페르소나가 없어요.",
        "There is no such persona.",
        "목록에서 골라 주세요.",
        "Choose one from the list.",
    ),
    "zone_unknown": Message(
        "모르는 시간대예요: {zone}",
        "This time zone is unknown: {zone}",
        "예: Asia/Seoul",
        "Example: Asia/Seoul",
    ),
    "account_differs": Message(
        "다른 계정의 로그인이에요: {handle}",
        "This login belongs to another account: {handle}",
        "처음 연결한 계정으로 로그인하거나, 새 계정으로 추가해 주세요.",
        "Sign in as the account that was connected first, or add this one as a new account.",
    ),
    "account_taken": Message(
        "이미 연결된 계정이에요: {handle}",
        "This account is connected already: {handle}",
        "계정 목록에서 찾아 주세요.",
        "Find it in the list of accounts.",
    ),
    "sign_in_unknown": Message(
        "{platform}에는 그런 로그인 방법이 없어요: {sign_in}",
        "{platform} has no such way to sign in: {sign_in}",
        "계정 화면에서 골라 주세요.",
        "Choose one on the accounts page.",
    ),
    "app_missing": Message(
        "{platform}에 물어볼 앱의 키가 없어요.",
        "There are no app keys to ask {platform} with.",
        "소유자가 설정의 ‘앱 키’에서 넣어 주세요.",
        "The owner enters them under App keys in the settings.",
    ),
    "app_key_missing": Message(
        "앱의 키가 빠져 있어요.",
        "A key of the app is missing.",
        "플랫폼의 개발자 화면에서 복사해 넣어 주세요.",
        "Copy it from the platform's developer page.",
    ),
    "consent_unknown": Message(
        "이 연결은 이미 끝났거나 시간이 지났어요.",
        "This sign-in is over or took too long.",
        "계정 화면에서 연결을 다시 시작해 주세요. 15분 안에 같은 브라우저에서 마쳐야 해요.",
        "Start again on the accounts page, and finish within 15 minutes in the same browser.",
    ),
    "consent_denied": Message(
        "플랫폼 화면에서 허용하지 않아서 연결하지 않았어요.",
        "Nothing was connected, because it was not allowed on the platform's page.",
        "마음이 바뀌면 다시 연결하고 허용을 눌러 주세요.",
        "If you change your mind, connect again and choose to allow it.",
    ),
    "consent_refused": Message(
        "플랫폼이 연결을 받아 주지 않았어요. ({said})",
        "The platform did not accept the sign-in. ({said})",
        "다시 연결해 주세요. 계속되면 앱 키와 권한을 확인해 주세요.",
        "Connect again. If it goes on, check the app's keys and permissions.",
    ),
    "consent_unanswered": Message(
        "플랫폼이 잠시 대답하지 않아 연결을 마치지 못했어요.",
        "The platform did not answer for a moment, so the sign-in could not be finished.",
        "바뀐 것은 없어요. 잠시 뒤 다시 연결해 주세요.",
        "Nothing has changed. Connect again in a moment.",
    ),
    "app_refused": Message(
        "플랫폼이 앱의 키를 받지 않았어요. ({said})",
        "The platform did not accept the app's keys. ({said})",
        "소유자가 설정의 ‘앱 키’를 확인해야 해요.",
        "The owner must check the app keys in the settings.",
    ),
    "no_account_granted": Message(
        "이 로그인에는 연결할 수 있는 계정이 없어요.",
        "This login has no account that can be connected.",
        "게시할 수 있는 계정(비즈니스·크리에이터 계정, 채널)이 있는 로그인으로 다시 연결해 주세요.",
        "Connect again with a login that has a professional account or a channel.",
    ),
    "account_elsewhere": Message(
        "이미 페르소나 ‘{persona}’에 연결된 계정이에요: {handle}",
        "This account is connected to the persona ‘{persona}’ already: {handle}",
        "한 계정은 한 페르소나만 쓸 수 있어요. 다른 계정으로 로그인해 주세요.",
        "One account speaks for one persona. Sign in as another account.",
    ),
    "connect_elsewhere": Message(
        "플랫폼은 {own}(으)로 돌려보내는데, 지금은 {here}에 있어요.",
        "Platforms send people back to {own}, but this page was opened at {here}.",
        "{own}을(를) 열어 연결하거나, PRESSRUN_PUBLIC_URL을 이 주소로 바꿔 주세요.",
        "Open {own} and connect there, or set PRESSRUN_PUBLIC_URL to this address.",
    ),
    "renewal_refused": Message(
        "@{handle} 계정의 로그인을 저절로 연장하지 못해요. {day}까지는 그대로 게시돼요. ({said})",
        "The sign-in of @{handle} can't be renewed by itself. It works until {day}. ({said})",
        "그 전에 계정 화면에서 다시 연결해 주세요.",
        "Reconnect it on the accounts page before that.",
    ),
    "renewal_misconfigured": Message(
        "앱의 키가 맞지 않아 @{handle} 계정의 로그인을 연장하지 못했어요. ({said})",
        "The sign-in of @{handle} could not be renewed: the app's keys are wrong. ({said})",
        "소유자가 설정의 ‘앱 키’를 확인해야 해요. 그동안에도 다시 시도해요.",
        "The owner must check the app keys in the settings. It retries meanwhile.",
    ),
    "renewed_too_early": Message(
        "플랫폼이 아직 이 로그인을 연장해 주지 않아요. ({said})",
        "The platform does not renew this sign-in yet. ({said})",
        "때가 되면 저절로 연장해요.",
        "It is renewed by itself when the time comes.",
    ),
    "only_a_person_renews": Message(
        "이 로그인은 저절로 연장되지 않아요. ({said})",
        "This sign-in can't be renewed by itself. ({said})",
        "‘다시 연결’을 눌러 플랫폼에 로그인해 주세요.",
        "Choose Connect again and sign in at the platform.",
    ),
    "account_has_history": Message(
        "이 계정으로 만든 게시물의 기록이 있어 지울 수 없어요.",
        "Posts of this account are on record, so it can't be deleted.",
        "더 쓰지 않으려면 일시중지해 주세요.",
        "Pause it instead.",
    ),
    "persona_in_use": Message(
        "이 페르소나에 계정이나 콘텐츠가 남아 있어요.",
        "Accounts or content still belong to this persona.",
        "먼저 옮기거나 지워 주세요.",
        "Remove them first.",
    ),
    "user_not_found": Message(
        "그런 사용자가 없어요.",
        "There is no such person.",
        "이메일 주소를 확인해 주세요.",
        "Check the e-mail address.",
    ),
    "account_busy": Message(
        "이 계정의 게시물이 아직 남아 있어요.",
        "Posts of this account are still waiting.",
        "먼저 취소하거나 끝나기를 기다려 주세요.",
        "Cancel them first, or wait for them.",
    ),
}

_POSTS = {
    "post_disappeared": Message(
        "게시물이 플랫폼에서 사라졌어요. (@{handle})",
        "A post has disappeared from the platform. (@{handle})",
        "플랫폼에서 지웠는지, 규정 위반으로 내려갔는지 확인해 주세요. 다시 게시하지는 않아요.",
        "Check whether it was deleted there or taken down. Pressrun does not post it again.",
    ),
    "post_not_found": Message("그런 게시물이 없어요.", "There is no such post."),
    "job_not_found": Message("그런 예약이 없어요.", "There is no such scheduled job."),
    "task_not_found": Message("그런 작업이 없어요.", "There is no such task."),
    "run_not_found": Message("그런 실행이 없어요.", "There is no such run."),
    "content_not_found": Message("그런 콘텐츠가 없어요.", "There is no such content."),
    "title_not_found": Message("그런 제목이 없어요.", "There is no such title."),
    "schedule_not_found": Message("그런 스케줄이 없어요.", "There is no such schedule."),
    "channel_not_found": Message("그런 알림 채널이 없어요.", "There is no such notification channel."),
    "channel_address_unknown": Message(
        "이 주소로 알림을 보낼 수 있는 서비스를 찾지 못했어요. ({said})",
        "No service was found that takes messages at this address. ({said})",
        "주소를 서비스의 안내대로 다시 적어 주세요. 예: slack://토큰A/토큰B/토큰C",
        "Write it as the service's guide says. Example: slack://TokenA/TokenB/TokenC",
    ),
    "channel_silent": Message(
        "시험 알림이 나가지 않았어요. ({said})",
        "The test message did not go out. ({said})",
        "주소와 토큰, 네트워크를 확인하고 다시 눌러 주세요.",
        "Check address, token and network, then try again.",
    ),
    "channel_works": Message(
        "시험 알림이에요. 이 채널로 Pressrun의 알림이 와요.",
        "This is a test. Pressrun's notices arrive in this channel.",
    ),
    "run_completed": Message(
        "‘{topic}’ 제작이 끝나고 게시됐어요.",
        "‘{topic}’ is made and published.",
    ),
    "notification_not_found": Message("그런 알림이 없어요.", "There is no such notification."),
    "already_publishing": Message(
        "이미 게시하고 있어요.",
        "It is being published already.",
        "끝날 때까지 기다려 주세요.",
        "Wait until it is done.",
    ),
    "already_published": Message("이미 게시했어요.", "It is published already."),
    "cancelled": Message(
        "취소한 게시물이에요.", "It was cancelled.", "새로 예약해 주세요.", "Schedule a new one."
    ),
    "failed": Message("실패한 게시물이에요.", "It failed.", "다시 시도해 주세요.", "Use retry."),
    "outcome_unknown_yet": Message(
        "게시됐는지 아직 확인하고 있어요.",
        "It is still being checked whether it went out.",
        "잠시 기다려 주세요.",
        "Wait a moment.",
    ),
    "awaiting_approval": Message(
        "승인을 기다리고 있어요.", "It waits for approval.", "먼저 승인해 주세요.", "Approve it first."
    ),
    "held": Message(
        "사람의 확인을 기다리며 멈춰 있어요.",
        "It is held until a person acts.",
        "멈춘 까닭을 먼저 풀어 주세요.",
        "Resolve the reason first.",
    ),
    "draft": Message("아직 초안이에요.", "It is still a draft.", "먼저 예약해 주세요.", "Schedule it first."),
    "not_unconfirmed": Message("결과를 모르는 게시물이 아니에요.", "The outcome of this post is known."),
    "not_failed": Message("실패한 게시물이 아니에요.", "It has not failed."),
    "already_decided": Message("이미 결정한 콘텐츠예요.", "It was decided already."),
    "run_refuses": Message("지금은 이 실행을 바꿀 수 없어요.", "This run can't be changed now."),
    "run_failed": Message(
        "‘{topic}’ 제작이 실패했어요.",
        "Making ‘{topic}’ failed.",
        "실행 화면에서 실패한 단계부터 다시 시작해 주세요.",
        "Start it again from the failed stage on the run's page.",
    ),
    "run_has_posts": Message(
        "이미 나갔거나 나가고 있는 게시물이 있어요.",
        "Posts of this run are out or on their way.",
        "새 제목으로 다시 만들어 주세요.",
        "Make it anew under another title.",
    ),
    "unexpected_stage": Message(
        "예상하지 못한 문제로 단계가 멈췄어요.",
        "Something unexpected stopped the stage.",
        "이 단계부터 다시 시작해 주세요.",
        "Start again from this stage.",
    ),
    "stage_unknown": Message(
        "이 실행에 없는 단계예요.",
        "This run has no such stage.",
        "{stages} 가운데에서 골라 주세요.",
        "Choose one of {stages}.",
    ),
    "content_type_unknown": Message(
        "만들 수 없는 종류예요: {content_type}",
        "This kind of content can't be made: {content_type}",
        "{types} 가운데에서 골라 주세요.",
        "Choose one of {types}.",
    ),
    "scheduling_failed": Message(
        "예약하지 못했어요. 작성한 내용은 그대로 있어요.",
        "Not scheduled. Your draft is safe.",
        "다시 예약하거나 지금 게시해 주세요.",
        "Try again or publish now.",
    ),
    "permalink_malformed": Message(
        "게시물 주소가 아니에요.",
        "That is not the address of a post.",
        "https:// 로 시작하는 주소를 넣어 주세요.",
        "Give an address that starts with https://.",
    ),
    "edited_meanwhile": Message(
        "그사이에 다른 곳에서 바뀌었어요.",
        "It was changed elsewhere meanwhile.",
        "새로 고친 뒤 다시 해 주세요.",
        "Reload, then try again.",
    ),
}

_REQUESTS = {
    "bad_credentials": Message(
        "이메일이나 비밀번호가 맞지 않아요.",
        "E-mail or password is not right.",
        "다시 확인해 주세요.",
        "Check both and try again.",
    ),
    "too_many_attempts": Message(
        "로그인 시도가 너무 많았어요.",
        "Too many login attempts.",
        "{minutes}분 뒤에 다시 시도해 주세요.",
        "Try again in {minutes} minutes.",
    ),
    "password_too_short": Message(
        "비밀번호가 너무 짧아요.",
        "The password is too short.",
        "10자 이상으로 정해 주세요.",
        "Use at least 10 characters.",
    ),
    "email_malformed": Message(
        "이메일 주소가 아니에요.",
        "That is not an e-mail address.",
        "예: me@example.com",
        "Example: me@example.com",
    ),
    "email_taken": Message("이미 있는 이메일이에요.", "This e-mail has a login already."),
    "not_signed_in": Message("로그인이 필요해요.", "You are not signed in.", "로그인해 주세요.", "Sign in."),
    "not_allowed": Message(
        "이 일을 할 권한이 없어요.",
        "You may not do this.",
        "소유자에게 권한을 요청해 주세요.",
        "Ask the owner for the right.",
    ),
    "csrf": Message(
        "다른 사이트에서 온 요청이라 막았어요.",
        "The request came from another site and was blocked.",
        "Pressrun 화면에서 다시 해 주세요.",
        "Do it again from a Pressrun page.",
    ),
    "idempotency_mismatch": Message(
        "같은 Idempotency-Key로 다른 내용을 보냈어요.",
        "This Idempotency-Key was used with another body.",
        "새 키를 쓰세요.",
        "Use a new key.",
    ),
    "in_progress": Message(
        "같은 키의 첫 요청이 아직 처리되고 있어요.",
        "The first request with this key is still running.",
        "잠시 뒤에 다시 보내세요.",
        "Send it again in a moment.",
    ),
    "invalid": Message("여러 항목을 고쳐야 해요.", "Several fields must be changed."),
    "field_invalid": Message("값을 읽을 수 없어요: {reason}", "Can't read this value: {reason}"),
    "not_found": Message("찾을 수 없어요.", "Not found.", "주소를 확인해 주세요.", "Check the address."),
    "cursor_malformed": Message(
        "목록의 위치를 읽을 수 없어요.",
        "Can't read the cursor.",
        "처음부터 다시 불러와 주세요.",
        "Start from the first page.",
    ),
    "setup_done": Message("이미 설정을 마쳤어요.", "Setup is done already.", "로그인해 주세요.", "Sign in."),
    "database_busy": Message(
        "데이터베이스가 바빠서 저장하지 못했어요.",
        "The database was busy and nothing was saved.",
        "잠시 뒤에 다시 시도해 주세요.",
        "Try again in a moment.",
    ),
    "disk_full": Message(
        "디스크가 가득 차서 저장하지 못했어요.",
        "The disk is full and nothing was saved.",
        "공간을 비운 뒤 다시 시도해 주세요.",
        "Free some space, then try again.",
    ),
    "unexpected": Message(
        "예상하지 못한 문제가 생겼어요. 저장된 것은 그대로예요.",
        "Something unexpected happened. What was saved is safe.",
        "다시 시도해 보고, 계속되면 로그의 번호 {trace} 를 알려 주세요.",
        "Try again; if it goes on, report the number {trace} from the log.",
    ),
}

_HOUR_FULL = Message(
    "시간당 게시 한도가 찼어요.",
    "The hourly limit is used up.",
    "자리가 나면 자동으로 게시해요.",
    "It is published by itself when a place frees up.",
)

_STAGES = {
    "stage_upload": Message("미디어를 준비하고 있어요.", "Preparing the media."),
    "stage_container": Message(
        "플랫폼에 컨테이너를 만들고 있어요.", "Creating the container on the platform."
    ),
    "stage_carousel": Message("이미지를 캐러셀로 묶고 있어요.", "Joining the images into a carousel."),
    "stage_polling": Message(
        "플랫폼이 처리하기를 기다리고 있어요.", "Waiting for the platform to process it."
    ),
    "stage_publish": Message("게시하고 있어요.", "Publishing."),
    "stage_done": Message("게시했어요.", "Published."),
    "task_queued": Message("차례를 기다리고 있어요.", "Waiting for its turn."),
    "task_running": Message("진행하고 있어요.", "Running."),
    "task_waiting": Message("곧 다시 시도해요.", "Waiting to retry."),
    "task_needs_person": Message("사람의 확인을 기다리고 있어요.", "Waiting for a person."),
    "task_completed": Message("끝났어요.", "Done."),
    "task_failed": Message("실패했어요.", "Failed."),
    "task_cancelled": Message("취소했어요.", "Cancelled."),
    "waiting_for_time": Message("예약한 시각을 기다리고 있어요.", "Waiting for its scheduled time."),
    "waiting_for_limit": _HOUR_FULL,
    "hourly_limit": _HOUR_FULL,
    "app_limit": Message(
        "같은 앱을 쓰는 모든 계정의 하루 한도가 찼어요.",
        "The daily quota shared by all accounts of the same app is used up.",
        "새 하루가 시작되면 자동으로 게시해요.",
        "It is published by itself when the next day begins.",
    ),
    "confirming": Message(
        "게시됐는지 플랫폼에 확인하고 있어요.",
        "Asking the platform whether it went out.",
        "그동안 다시 보내지 않아요.",
        "Nothing is sent again meanwhile.",
    ),
    "stage_session": Message("유튜브에 업로드를 시작하고 있어요.", "Starting the upload to YouTube."),
    "stage_media": Message("미디어를 보내고 있어요.", "Sending the media."),
    "stage_alt_text": Message("대체 텍스트를 붙이고 있어요.", "Adding alt texts."),
    "stage_transfer": Message("영상을 보내고 있어요.", "Sending the video."),
    "stage_thumbnail": Message("썸네일을 넣고 있어요.", "Setting the thumbnail."),
    "stage_captions": Message("자막을 넣고 있어요.", "Adding the captions."),
    "stage_playlist": Message("재생목록에 넣고 있어요.", "Adding it to the playlist."),
    "stage_processing": Message(
        "영상이 올라갔고, 유튜브가 처리하고 있어요.", "The video is there; YouTube is processing it."
    ),
    "file_percent": Message(
        "{count}개 가운데 {position}번째 파일의 {sent}%를 보냈어요.",
        "File {position} of {count}: {sent}% is sent.",
    ),
    "transfer_percent": Message("영상의 {percent}%를 보냈어요.", "{percent}% of the video is sent."),
    "extra_refused": Message("플랫폼이 받지 않았어요. ({said})", "The platform did not accept it. ({said})"),
    "video_sending": Message(
        "영상을 보내고 있어요: {size}MB 가운데 {sent}MB까지 갔어요.",
        "Sending the video: {sent} of {size} MB have arrived.",
    ),
    "story_without_text": Message(
        "스토리에는 글이 보이지 않아서 캡션은 보내지 않아요.",
        "A story shows no text, so the caption is not sent.",
    ),
    "container_child": Message(
        "{count}장 가운데 {position}번째 이미지를 보내고 있어요.", "Sending image {position} of {count}."
    ),
}

MESSAGES: dict[str, Message] = {
    **_FAILURES,
    **_TIMES,
    **_RECURRENCE,
    **_VIDEO,
    **_TEXT,
    **_MEDIA,
    **_FIXES,
    **_OPTIONS,
    **_ACCOUNTS,
    **_POSTS,
    **_REQUESTS,
    **_STAGES,
    **CHECKUP,
}
