"""What the offline writer says in Korean (해요체)."""

from pressrun.connectors.text_models.offline.phrases import Frame, Phrases, Step

KOREAN = Phrases(
    titles=(
        "{topic}",
        "{topic}, 함께 생각해 봐요",
        "오늘의 질문: {topic}",
        "{topic}, 작게 시작하기",
        "{topic} 체크리스트",
        "다시 꺼내 보는 이야기: {topic}",
    ),
    frames=(
        Frame(
            openings=(
                "‘{topic}’, 요즘 마음에 두고 있나요?",
                "오늘은 ‘{topic}’에 대해 잠깐 생각해 봐요.",
                "{topic}\n이 말을 들으면 가장 먼저 무엇이 떠오르나요?",
            ),
            body=(
                "스스로에게 물어볼 세 가지\n"
                "1. 왜 지금 이 주제가 눈에 들어왔을까요?\n"
                "2. 이미 아는 것과 아직 모르는 것은 무엇인가요?\n"
                "3. 오늘 십 분이 생긴다면 무엇부터 해 볼까요?"
            ),
            closings=(
                "셋 중 하나만 골라 댓글로 답해 주세요.",
                "떠오른 답을 댓글에 한 줄로 남겨 주세요.",
            ),
        ),
        Frame(
            openings=(
                "{topic}\n시작하기 전에 함께 확인해요.",
                "‘{topic}’, 마음먹었다면 이것부터 살펴봐요.",
            ),
            body=(
                "□ 내가 바라는 것을 한 문장으로 적었나요?\n"
                "□ 쓸 수 있는 시간과 예산을 정했나요?\n"
                "□ 꼭 필요한 것과 나중에 해도 될 것을 나눴나요?\n"
                "□ 물어볼 사람이나 찾아볼 곳이 있나요?\n"
                "□ 언제 다시 돌아볼지 날짜를 정했나요?"
            ),
            closings=(
                "저장해 두고 하나씩 지워 보세요. 여러분이라면 어떤 칸을 더할까요?",
                "빠진 칸이 있다면 댓글로 알려 주세요.",
            ),
        ),
        Frame(
            openings=(
                "거창하지 않아도 괜찮아요. 오늘의 이야기: {topic}",
                "‘{topic}’, 어디서부터 시작하면 좋을까요?",
            ),
            body=(
                "한꺼번에 다 하려고 하기보다 가장 작은 한 걸음을 정해 봐요.\n\n"
                "하나만 고르기\n언제 할지 적기\n해 보고 느낀 점 한 줄 남기기"
            ),
            closings=(
                "여러분의 첫걸음은 무엇인가요? 댓글에 적어 두면 작은 약속이 돼요.",
                "오늘 고른 하나를 댓글로 들려주세요.",
            ),
        ),
        Frame(
            openings=(
                "‘{topic}’, 여러분의 이야기가 궁금해요.",
                "{topic}\n저마다 다른 이야기가 있을 것 같아요.",
            ),
            body=(
                "· 처음 관심이 생긴 건 언제였나요?\n"
                "· 가장 기억에 남는 순간은 무엇인가요?\n"
                "· 이제 막 시작하는 사람에게 어떤 말을 해 주고 싶나요?"
            ),
            closings=(
                "짧아도 좋아요. 댓글로 들려주세요.",
                "같은 이야기를 나누고 싶은 사람을 떠올려 보고, 이 글을 보내 주세요.",
            ),
        ),
        Frame(
            openings=(
                "이번 주에는 ‘{topic}’에 대해 한 줄씩 적어 보면 어떨까요?",
                "{topic}\n일주일 동안 가볍게 적어 봐요.",
            ),
            body=(
                "월요일: 지금 나는 어디쯤 있나요?\n"
                "수요일: 해 보니 어땠나요?\n"
                "금요일: 다음에는 무엇을 바꿔 볼까요?"
            ),
            closings=(
                "저장해 두었다가 금요일에 다시 꺼내 보세요.",
                "한 줄만 써도 충분해요. 오늘의 한 줄을 댓글에 남겨 주세요.",
            ),
        ),
    ),
    covers=(
        "오늘은 {topic} 이야기를 함께 나눠 봐요.",
        "{topic}, 어디서부터 생각해 보면 좋을까요?",
        "잠깐 멈추고 생각해 볼 이야기가 있어요. 바로 {topic} 이야기예요.",
    ),
    steps=(
        Step(
            "왜 지금일까요?",
            "지금 이 주제에 마음이 가는 까닭을 한 문장으로 적어 보세요.",
            "an open notebook beside a window",
        ),
        Step(
            "이미 아는 것",
            "알고 있는 것을 세 가지만 적어 보세요. 생각보다 많을지도 몰라요.",
            "three small paper notes on a table",
        ),
        Step(
            "아직 모르는 것",
            "궁금한 것을 질문으로 바꿔 보세요. 무엇을 찾을지 또렷해져요.",
            "a blank page and a sharpened pencil",
        ),
        Step(
            "바라는 모습",
            "한 달 뒤 어떤 모습이면 좋을지 그려 보세요.",
            "a path leading towards soft morning light",
        ),
        Step(
            "나에게 맞는 크기",
            "다른 사람과 같은 방법일 필요는 없어요. 내 하루에 맞게 줄여 보세요.",
            "one small cup next to a large one",
        ),
        Step(
            "시간 정하기",
            "언제, 얼마 동안 할지 먼저 정해 보세요. 짧아도 괜찮아요.",
            "a plain wall clock in a quiet room",
        ),
        Step(
            "이미 가진 것부터",
            "새로 사기 전에 지금 가진 것부터 살펴보세요.",
            "everyday objects laid out neatly",
        ),
        Step(
            "하나만 골라요",
            "하고 싶은 것이 많다면 오늘은 하나만 골라 보세요.",
            "a hand choosing one stone among many",
        ),
        Step(
            "가장 작은 한 걸음",
            "오 분 안에 할 수 있는 일로 나눠 보세요. 그 일이 오늘의 시작이에요.",
            "a single step of a wooden staircase",
        ),
        Step(
            "일단 해 봐요",
            "준비가 덜 된 것 같아도 한 번 해 보고 나서 고쳐도 돼요.",
            "sleeves rolled up over a work table",
        ),
        Step(
            "한 줄 기록",
            "해 보고 나서 느낀 점을 한 줄만 적어 두세요.",
            "a short line of handwriting, out of focus",
        ),
        Step(
            "막히는 곳 찾기",
            "잘 안 되는 곳이 있다면 어디인지 이름을 붙여 보세요.",
            "a knot in a piece of string",
        ),
        Step("도움 청하기", "혼자 어렵다면 누구에게 물어볼지 떠올려 보세요.", "two chairs facing each other"),
        Step("같이 하기", "함께하고 싶은 사람에게 먼저 이야기를 꺼내 보세요.", "two cups on one table"),
        Step("견주지 않기", "다른 사람의 속도 말고 어제의 나를 떠올려 보세요.", "a single footprint on sand"),
        Step("잠깐 쉬어 가기", "지쳤다면 쉬는 날도 계획에 넣어 보세요.", "a quiet bench under a tree"),
        Step(
            "돌아보기",
            "좋았던 것 하나와 아쉬웠던 것 하나를 골라 보세요.",
            "a table seen from above at the end of a day",
        ),
        Step(
            "하나만 바꾸기", "다음에는 딱 하나만 다르게 해 보세요.", "a row of pebbles, one of another colour"
        ),
    ),
    endings=(
        Step(
            "여러분의 생각은요?",
            "떠오른 이야기를 댓글로 들려주세요. 함께 나누고 싶어요.",
            "an empty chair in warm light",
        ),
        Step(
            "오늘 하나만 해 볼까요?",
            "저장해 두고 가장 쉬운 것부터 하나씩 해 보세요.",
            "an open door and soft daylight",
        ),
        Step(
            "다음 이야기에서 만나요",
            "더 이야기하고 싶은 것이 있다면 댓글에 남겨 주세요.",
            "a wide, calm horizon",
        ),
    ),
    stopwords=(
        "그리고 그러나 하지만 또는 위한 위해 대한 대해 관한 있는 없는 하는 되는 모든 우리 나의 너의 "
        "이런 저런 그런 어떤 무엇 어떻게 언제 어디 누가 "
        "왜 가장 정말 아주 너무 다시 함께 오늘 지금 이제 좋은 나쁜 많은 작은 새로운"
    ),
)
