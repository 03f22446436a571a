#include <QCoreApplication>
#include <QDirIterator>
#include <QFile>
#include <QGuiApplication>
#include <QRegularExpression>
#include <QTest>
#include <QTranslator>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/prompts/prompt_list.h"
#include "tests/support/places.h"
#include "tests/support/test.h"
#include "ui/models/sentence.h"

using namespace fanlight;
using namespace fanlight::ui;

namespace {

/// Adjacent literals, joined.
QString joined(const QString& literals) {
    static const QRegularExpression literal("\"((?:[^\"\\\\]|\\\\.)*)\"");
    QString text;
    for (auto it = literal.globalMatch(literals); it.hasNext();) text += it.next().captured(1);
    return text.replace("\\\"", "\"");
}

/// A key of a config, which is refused by its name.
bool isKey(const QString& text) { return text.contains('_') && !text.contains(' '); }

bool hasWords(const QString& text) {
    static const QRegularExpression words("[a-z]{2,} [a-z]{2,}");
    return text.contains(words);
}

QString withoutComments(const QString& source) {
    static const QRegularExpression comment("//[^\n]*");
    return QString(source).remove(comment);
}

/// Patterns that core's sources make sentences of, without their full stops. What only command lines show is left out.
QSet<QString> patterns() {
    const QString literals = "((?:\"(?:[^\"\\\\\\n]|\\\\.)*\"\\s*)+)";
    const QRegularExpression sentence(
        "\\b(?:Error|UsageError|Refused|DeviceLost|PartnerLost|DamagedQueue|LaterQueue|Sentence|refuse)[({]"
        "\\s*" +
        literals + "[,)}]");
    const QRegularExpression several("\\bcounted\\([^;\"]*\"[^\"]*\",\\s*" + literals + "\\)");
    // What functions return and tables hold: sentences, if they have words.
    const QRegularExpression returned("\\breturn\\s+(?:\\w+\\s*\\?\\s*)?" + literals + "\\s*[;:]");
    const QRegularExpression listed("\\{[^{};\"]*,\\s*" + literals + "\\}");
    const QRegularExpression any(literals);
    QSet<QString> found;
    for (QDirIterator it(source_path("/core"), {"*.cpp", "*.h"}, QDir::Files, QDirIterator::Subdirectories);
         it.hasNext();) {
        const QString path = it.next();
        if (path.contains("/core/ranks/") || path.contains("/core/parallel/") || path.endsWith("/measure.cpp"))
            continue;
        QFile file(path);
        if (!file.open(QIODevice::ReadOnly)) continue;
        const QString source = withoutComments(QString::fromUtf8(file.readAll()));
        for (const QRegularExpression* call : {&sentence, &several, &returned, &listed, &any})
            for (auto match = call->globalMatch(source); match.hasNext();) {
                QString pattern = joined(match.next().captured(1));
                if (pattern.endsWith('.')) pattern.chop(1);
                const bool isSentence = call == &any                           ? pattern.contains("%1")
                                        : call == &returned || call == &listed ? hasWords(pattern)
                                                                               : !pattern.isEmpty() && !isKey(pattern);
                if (isSentence) found << pattern;
            }
    }
    return found;
}

QStringList placesOf(const QString& text) {
    static const QRegularExpression place("%[1-9]");
    QStringList places;
    for (auto match = place.globalMatch(text); match.hasNext();) places << match.next().captured();
    places.sort();
    return places;
}

}  // namespace

/// Sentences of core in an Arabic window.
class TestCoreSentences : public QObject {
    Q_OBJECT

    QTranslator arabic_;

private Q_SLOTS:
    void initTestCase() { QVERIFY(arabic_.load("core_ar", ":/translations")); }
    void cleanup() {
        QCoreApplication::removeTranslator(&arabic_);
        QGuiApplication::setLayoutDirection(Qt::LeftToRight);
    }

    void everySentenceSpeaksArabic() {
        const QSet<QString> all = patterns();
        QVERIFY(all.size() > 500);
        QStringList lacking, misplaced;
        for (const QString& pattern : all) {
            const QString arabic =
                arabic_.translate("core", pattern.toUtf8(), nullptr, pattern.contains("%n") ? 3 : -1);
            if (arabic.isEmpty()) lacking << pattern;
            if (!arabic.isEmpty() && placesOf(arabic) != placesOf(pattern)) misplaced << pattern;
        }
        lacking.sort();
        QVERIFY2(lacking.isEmpty(), qPrintable(lacking.join('\n')));
        QVERIFY2(misplaced.isEmpty(), qPrintable(misplaced.join('\n')));
    }

    void withoutTranslationsCoresOwnWordsAreShown() {
        QCOMPARE(said(Sentence("%1 has no room for %2", "cpu", counted(1, "%n image", "%n images"))),
                 QString("cpu has no room for 1 image."));
        QCOMPARE(said(std::runtime_error("as they say.")), QString("as they say."));
    }

    void partsAreTranslatedToo() {
        QCoreApplication::installTranslator(&arabic_);
        const QString text = said(Sentence("%1 has no room for %2", "cpu", counted(2, "%n image", "%n images")));
        QVERIFY2(text.contains("cpu") && text.contains("صورتان") && !text.contains("room"), qPrintable(text));
    }

    /// Whoever asks whether there is an obstacle takes any text for one.
    void whatSaysNothingIsEmpty() {
        QCOMPARE(phrase(Sentence()), QString());
        QCoreApplication::installTranslator(&arabic_);
        QGuiApplication::setLayoutDirection(Qt::RightToLeft);
        QCOMPARE(phrase(Sentence()), QString());
        QCOMPARE(said(Sentence()), QString());
        QCOMPARE(phrase(Sentence("%1", "")), QString());
    }

    /// A list's lines, and JSON's.
    void placesAreTranslatedToo() {
        QCoreApplication::installTranslator(&arabic_);
        const auto refusal = [](const auto& read) {
            try {
                read();
            } catch (const std::exception& error) {
                return said(error);
            }
            return QString();
        };
        const QString list =
            refusal([] { (void)read_prompts("prompt,steps\na dog,many\n", ListFormat::Csv, "a.csv"); });
        QVERIFY2(list.contains("السطر 2، العمود 7") && !list.contains("line"), qPrintable(list));
        const QString json = refusal([] { (void)required<int>(parse_json("{\"a\": 1.5}", "a.json"), "a", "a.json"); });
        QVERIFY2(json.contains("عددًا صحيحًا من") && !json.contains("number"), qPrintable(json));
        const QString torn = refusal([] { (void)parse_json("{\n  1", "a.json"); });
        QVERIFY2(torn.contains("السطر 2") && !torn.contains(", line "), qPrintable(torn));
    }

    /// From an older run, or of a library.
    void whatIsNotKnownStaysAsItWasSaid() {
        QCoreApplication::installTranslator(&arabic_);
        QCOMPARE(phrase(Sentence("%1 sings at midnight", "cpu")), QString("cpu sings at midnight"));
        QCOMPARE(phrase(Sentence(std::string("out of memory"))), QString("out of memory"));
    }
};

FANLIGHT_TEST(TestCoreSentences, QGuiApplication)
#include "tst_core_sentences.moc"
