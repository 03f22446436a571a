#include "core/base/text.h"

#include <QTest>

#include "core/base/error.h"
#include "tests/support/test.h"

using namespace fanlight;

/// Text of unknown origin, on its way into a message.
class TestText : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void foreignTextIsMadePrintable_data() {
        QTest::addColumn<std::string>("text");
        QTest::addColumn<std::string>("shown");
        const auto row = [](const char* name, std::string_view text, std::string_view shown) {
            QTest::newRow(name) << std::string(text) << std::string(shown);
        };
        using namespace std::string_view_literals;
        row("plain", "قطة, a dog, 狗 🐶", "قطة, a dog, 狗 🐶");
        row("colours", "\033[31mred", "\\x1b[31mred");
        row("a title", "\033]0;x\a", "\\x1b]0;x\\x07");
        row("lines", "a\nb\rc\td", "a\\x0ab\\x0dc\\x09d");
        row("NUL", "a\0b"sv, "a\\x00b");
        row("DEL", "a\x7f", "a\\x7f");
        row("C1: CSI",
            "\xC2\x9B"
            "31m",
            "\uFFFD31m");
        row("no-break space", "a\u00A0b", "a\u00A0b");
        row("override", "\u202Egnp.exe", "\uFFFDgnp.exe");
        row("isolate", "\u2066a\u2069", "\uFFFDa\uFFFD");
        row("line separator", "a\u2028b", "a\uFFFDb");
        row("a mark of Arabic texts", "a\u200Fb", "a\u200Fb");
        row("no UTF-8", "a\xFF\xFE", "a\uFFFD\uFFFD");
        row("cut off", "a\xE2\x82", "a\uFFFD\uFFFD");
        row("overlong", "\xC0\xAF", "\uFFFD\uFFFD");
        row("surrogate", "\xED\xA0\x80", "\uFFFD\uFFFD\uFFFD");
    }
    void foreignTextIsMadePrintable() {
        QFETCH(std::string, text);
        QFETCH(std::string, shown);
        QCOMPARE(printable(text), shown);
        QCOMPARE(first_invalid_utf8(printable(text)), std::string::npos);
    }

    void anExcerptEndsAtACharacter() {
        QCOMPARE(excerpt("قطة", 3), std::string("قطة"));
        QCOMPARE(excerpt("قطة", 2), std::string("قط…"));
        QCOMPARE(excerpt(std::string(100'000, 'x')).size(), 60 + std::string("…").size());
        QCOMPARE(in_quotes("a\nb"), std::string("\"a\\x0ab\""));
    }

    void anErrorIsOneLineThatCanBeRead() {
        const Error error("config.json: \"%1\" is wrong; choose another", std::string(100'000, 'x') + "\n\033\xFF");
        const std::string said = error.what();
        QVERIFY(said.starts_with("config.json: \"xxx") &&
                said.ends_with("\\x0a\\x1b\uFFFD\" is wrong; choose another"));
        QVERIFY(said.size() < 2000);
        const Error arabic("x%1", [] {
            std::string text;
            for (int i = 0; i < 2000; ++i) text += "ق";
            return text;
        }());
        QCOMPARE(first_invalid_utf8(arabic.what()), std::string::npos);
        QVERIFY(std::string(arabic.what()).find("\uFFFD") == std::string::npos);
    }
};

FANLIGHT_TEST(TestText)
#include "tst_text.moc"
