#include <QApplication>
#include <QTest>

#include "tests/support/test.h"
#include "ui/style/icons.h"
#include "ui/style/palette.h"

using namespace fanlight::ui;

class TstPalette : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void textCanBeRead_data() {
        QTest::addColumn<bool>("dark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }
    void textCanBeRead() {
        QFETCH(bool, dark);
        const QPalette colours = palette(dark ? Scheme::Dark : Scheme::Light);
        const auto of = [&](QPalette::ColorRole role) { return colours.color(role); };
        constexpr double readable = 4.5, visible = 3;  // WCAG 2.1, AA
        QVERIFY(contrast(of(QPalette::WindowText), of(QPalette::Window)) >= readable);
        QVERIFY(contrast(of(QPalette::Text), of(QPalette::Base)) >= readable);
        QVERIFY(contrast(of(QPalette::ButtonText), of(QPalette::Button)) >= readable);
        QVERIFY(contrast(mutedText(colours), of(QPalette::Window)) >= readable);
        QVERIFY(contrast(mutedText(colours), of(QPalette::Base)) >= readable);
        QVERIFY(contrast(of(QPalette::ToolTipText), of(QPalette::ToolTipBase)) >= readable);
        for (const QColor& state : {doneColor(colours), warningColor(colours), failedColor(colours)})
            QVERIFY(contrast(state, of(QPalette::Base)) >= readable);
        QVERIFY(contrast(of(QPalette::HighlightedText), of(QPalette::Highlight)) >= visible);
    }

    void theSchemeIsRecognisedByItsColours() {
        QVERIFY(schemeOf(palette(Scheme::Dark)) == Scheme::Dark);
        QVERIFY(schemeOf(palette(Scheme::Light)) == Scheme::Light);
    }

    void blackOnWhiteHasTheGreatestContrast() {
        QCOMPARE(contrast(Qt::black, Qt::white), 21.0);
        QCOMPARE(contrast(Qt::red, Qt::red), 1.0);
    }

    void anIconIsDrawnInItsColour() {
        const QImage drawn = iconPixmap("cancel", 16, QColor(1, 2, 3)).toImage();
        QCOMPARE(drawn.pixelColor(8, 8), QColor(1, 2, 3));
    }
};

FANLIGHT_TEST(TstPalette, QApplication)
#include "tst_palette.moc"
