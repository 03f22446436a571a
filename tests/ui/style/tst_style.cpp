#include "ui/style/style.h"

#include <QApplication>
#include <QLineEdit>
#include <QSpinBox>
#include <QTest>

#include "tests/support/test.h"

using namespace fanlight::ui;

class TestStyle : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QApplication::setStyle(new Style); }

    void aSpinBoxHasRoomForItsWords_data() {
        QTest::addColumn<QString>("word");
        for (const char* word : {"automatic", "تلقائي"}) QTest::newRow(word) << QString(word);
    }
    void aSpinBoxHasRoomForItsWords() {
        QFETCH(QString, word);
        QSpinBox box;
        box.setRange(0, 64);
        box.setSpecialValueText(word);
        box.show();
        box.resize(box.sizeHint());
        // Qt's line edit has margins, and scrolls unless there is room for a cursor behind the text.
        constexpr int margins = 2 * 2, cursor = 2;
        const int room = box.findChild<QLineEdit*>()->width() - margins - cursor;
        const int needed = box.fontMetrics().horizontalAdvance(word);
        QVERIFY2(room >= needed, qPrintable(QString("%1 of %2").arg(room).arg(needed)));
    }
};

FANLIGHT_TEST(TestStyle, QApplication)
#include "tst_style.moc"
