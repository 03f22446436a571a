#include "ui/style/style.h"

#include <QApplication>
#include <QComboBox>
#include <QLineEdit>
#include <QScrollArea>
#include <QSpinBox>
#include <QTest>
#include <QVBoxLayout>
#include <QWheelEvent>

#include "tests/support/test.h"
#include "ui/style/wheel_guard.h"

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

    /// Over a field, as over everything else of a pane that is scrolled.
    void theWheelChangesOnlyTheFieldThatHasTheFocus() {
        WheelGuard guard;
        qApp->installEventFilter(&guard);
        QScrollArea pane;
        auto* inside = new QWidget;
        auto* layout = new QVBoxLayout(inside);
        auto *number = new QSpinBox, *other = new QSpinBox;
        auto* choice = new QComboBox;
        choice->addItems({"a", "b", "c"});
        for (QWidget* field :
             {static_cast<QWidget*>(other), static_cast<QWidget*>(number), static_cast<QWidget*>(choice)})
            layout->addWidget(field);
        inside->setFixedHeight(2000);
        pane.setWidget(inside);
        pane.resize(200, 200);
        pane.show();
        QVERIFY(QTest::qWaitForWindowActive(&pane));
        other->setFocus();
        // Whether the field takes it; else Qt offers it to what is around it.
        const auto takesTurn = [](QWidget* field) {
            QWheelEvent event(field->rect().center(), field->mapToGlobal(field->rect().center()), {}, {0, -120},
                              Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
            QApplication::sendEvent(field, &event);
            return event.isAccepted();
        };
        number->setValue(50);
        QVERIFY(!takesTurn(number));
        QVERIFY(!takesTurn(choice));
        QCOMPARE(number->value(), 50);
        QCOMPARE(choice->currentIndex(), 0);
        QCOMPARE(QApplication::focusWidget(), other);
        number->setFocus();
        takesTurn(inside);
        QVERIFY(!takesTurn(number));  // it came under the pointer
        QCOMPARE(number->value(), 50);
        QTest::qWait(400);
        QVERIFY(takesTurn(number));
        QCOMPARE(number->value(), 49);
    }
};

FANLIGHT_TEST(TestStyle, QApplication)
#include "tst_style.moc"
