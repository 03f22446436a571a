#include <QApplication>
#include <QTest>

#include "tests/support/test.h"
#include "ui/prompts/distinct_text.h"

using namespace fanlight::ui;

/// Long prompts that begin alike show where they differ.
class TstDistinctText : public QObject {
    Q_OBJECT

    static QString shown(const QString& text, const QStringList& neighbours) {
        const QFontMetrics metrics(QApplication::font());
        const int room = metrics.horizontalAdvance("a photo of an old house by the");
        return metrics.elidedText(withoutEqualPart(text, neighbours, metrics, room), Qt::ElideRight, room);
    }

private Q_SLOTS:
    void whatIsEqualIsLeftOut() {
        const QString equal = "a photo of an old house by the sea, studio lighting, ";
        const QString seen = shown(equal + "in rain", {equal + "in snow", "something else"});
        QVERIFY2(seen.contains("rain") && seen.startsWith("a photo"), qPrintable(seen));
        QVERIFY(seen.contains(u'…'));
        QVERIFY(shown(equal + "in snow", {"something else", equal + "in rain"}).contains("snow"));
    }

    void theRestStaysAsItIs_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QStringList>("neighbours");
        const QString longOne = "a photo of an old house by the sea, studio lighting, in rain";
        QTest::newRow("short") << "a cat" << QStringList{"a car"};
        QTest::newRow("alone") << longOne << QStringList{"", ""};
        QTest::newRow("the same") << longOne << QStringList{longOne, longOne};
        QTest::newRow("other words in front") << longOne << QStringList{"a photo of a new house", "b"};
        QTest::newRow("one word") << QString(200, u'x') + "a" << QStringList{QString(200, u'x') + "b", ""};
        QTest::newRow("empty") << QString() << QStringList{"a", "b"};
    }
    void theRestStaysAsItIs() {
        QFETCH(QString, text);
        QFETCH(QStringList, neighbours);
        const QFontMetrics metrics(QApplication::font());
        QCOMPARE(withoutEqualPart(text, neighbours, metrics, metrics.horizontalAdvance("a photo of an old house")),
                 text);
    }
};

FANLIGHT_TEST(TstDistinctText, QApplication)
#include "tst_distinct_text.moc"
