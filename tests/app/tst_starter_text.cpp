// The language model that ships with Fanlight, as a new user meets it: no model is named, and none is downloaded.

#include <QRegularExpression>
#include <QTest>

#include "tests/support/places.h"
#include "tests/support/private_home.h"
#include "tests/support/programs.h"
#include "tests/support/result_rows.h"
#include "tests/support/safetensors_bytes.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

/// What train.py learns from one of its lists, and the subjects that it keeps out.
struct WordList {
    QString taught;
    QStringList kept_out;
};

WordList word_list(const QString& language) {
    const QStringList parts = QString::fromUtf8(content_of(source_path("/resources/starter_text/") + language + ".txt"))
                                  .split("[kept out]\n");
    if (parts.size() != 2) return {};
    return {parts[0], QString(parts[1]).remove('*').trimmed().split(", ")};
}

bool names(const QString& text, const QString& subject) {
    const QRegularExpression whole_words("(?<!\\w)" + QRegularExpression::escape(subject) + "(?!\\w)",
                                         QRegularExpression::UseUnicodePropertiesOption);
    return whole_words.match(text).hasMatch();
}

}  // namespace

class TstStarterText : public QObject {
    Q_OBJECT

    PrivateHome home_;

    int lists_ = 0;

    QList<QJsonObject> answers(const QStringList& options) {
        const QString output = home_.path(QString("%1.jsonl").arg(lists_++));
        const ProgramResult made =
            run_fanlight(QStringList{"text", "--devices", "cpu", "--threads", "1", "--quiet", "-o", output} + options);
        if (made.status != 0) qWarning("%s", qPrintable(made.output()));
        return rows_in(content_of(output));
    }

private Q_SLOTS:
    void aSubjectItHasNeverSeenIsDescribed_data() {
        QTest::addColumn<QString>("language");
        QTest::addColumn<QString>("kept_out");
        QTest::addColumn<QString>("prompt");
        QTest::addColumn<QString>("subject");
        QTest::newRow("English") << "english"
                                 << "giraffe"
                                 << "giraffe"
                                 << "giraffe";
        QTest::newRow("with an article") << "english"
                                         << "xylophone"
                                         << "a xylophone"
                                         << "xylophone";
        QTest::newRow("as a sentence") << "english"
                                       << "penguin"
                                       << "A penguin."
                                       << "penguin";
        QTest::newRow("Arabic") << "arabic"
                                << "زرافة"
                                << "زرافة"
                                << "زرافة";
        QTest::newRow("Arabic, with the article") << "arabic"
                                                  << "سلحفاة"
                                                  << "السلحفاة"
                                                  << "السلحفاة";
    }
    void aSubjectItHasNeverSeenIsDescribed() {
        QFETCH(QString, language);
        QFETCH(QString, kept_out);
        QFETCH(QString, prompt);
        QFETCH(QString, subject);
        const WordList list = word_list(language);
        QVERIFY(list.kept_out.contains(kept_out) && !list.taught.contains(kept_out));
        const QList<QJsonObject> rows = answers({prompt, "--greedy"});
        QCOMPARE(rows.size(), 1);
        const QString text = rows[0]["text"].toString();
        QVERIFY2(names(text, subject), qPrintable(text));
        QVERIFY2(text.size() > prompt.size() && !text.contains('\n') && text == text.trimmed(), qPrintable(text));
        QCOMPARE(rows[0]["finish"].toString(), QString("eos"));
        QCOMPARE(rows[0]["model"].toString(), QString("starter-text"));
    }

    void mostAnswersNameSubjectsThatItHasNeverSeen_data() {
        QTest::addColumn<QString>("language");
        QTest::newRow("English") << "english";
        QTest::newRow("Arabic") << "arabic";
    }
    void mostAnswersNameSubjectsThatItHasNeverSeen() {
        QFETCH(QString, language);
        const QStringList subjects = word_list(language).kept_out;
        QVERIFY(subjects.size() > 50);
        write_bytes(home_.path(language + ".txt").toStdString(), subjects.join('\n').toStdString());
        const QList<QJsonObject> rows = answers({"-p", home_.path(language + ".txt")});
        QCOMPARE(rows.size(), subjects.size());
        QStringList missed;
        for (int i = 0; i < rows.size(); ++i)
            if (const QString text = rows[i]["text"].toString(); !names(text, subjects[i]))
                missed << subjects[i] + ": " + text;
        QVERIFY2(10 * missed.size() <= rows.size(), qPrintable(missed.join('\n')));
    }

    void itSamples() {
        const QList<QJsonObject> rows = answers({"a cat", "--samples", "4"});
        QCOMPARE(rows.size(), 4);
        QSet<QString> texts;
        for (const QJsonObject& row : rows) {
            texts << row["text"].toString();
            QVERIFY2(names(row["text"].toString(), "cat"), qPrintable(row["text"].toString()));
        }
        QVERIFY2(texts.size() > 1, qPrintable(*texts.begin()));
    }

    void itsNameSaysWhatItMakes() {
        const QList<QJsonObject> named = answers({"a cat", "-m", "starter-text"}), unnamed = answers({"a cat"});
        QCOMPARE(named.size(), 1);
        QCOMPARE(named[0]["text"], unnamed.value(0)["text"]);
        const ProgramResult refused = run_fanlight({"generate", "a cat", "-m", "starter-text"});
        QCOMPARE(refused.status, 2);
        QVERIFY2(refused.err.contains("The model starter-text makes texts; use fanlight text."),
                 qPrintable(refused.err));
    }
};

FANLIGHT_TEST(TstStarterText, QCoreApplication)
#include "tst_starter_text.moc"
