#include "ui/parameters/lora_browser.h"

#include <QApplication>
#include <QClipboard>
#include <QImage>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QScreen>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "tests/support/test.h"

using namespace fanlight;
using namespace fanlight::ui;

class TestLoraBrowser : public QObject {
    Q_OBJECT

    QTemporaryDir dir_;

    std::vector<LoraCard> cards() const {
        QImage picture(300, 200, QImage::Format_RGB32);
        picture.fill(Qt::red);
        picture.save(dir_.filePath("ink.preview.png"));
        LoraCard ink{.name = "styles/ink", .file = "/ink", .picture = dir_.filePath("ink.preview.png").toStdString()};
        ink.trigger = "ink wash";
        ink.weight = 0.7;
        ink.base_model = "SD 1.5";
        LoraCard other{.name = "other", .file = "/other"};
        other.problem = Sentence("is a LoRA for %1", "Stable Diffusion XL");
        return {ink, other};
    }

    static QPushButton* button(const QWidget& browser, const QString& text) {
        for (QPushButton* each : browser.findChildren<QPushButton*>())
            if (each->text() == text) return each;
        return nullptr;
    }

    /// What is told of the current one.
    static QString details(const QWidget& browser) {
        for (const QLabel* label : browser.findChildren<QLabel*>())
            if (label->accessibleName() == "About the LoRA") return label->text();
        return {};
    }

private Q_SLOTS:
    void whatIsKnownIsShown() {
        LoraBrowser browser("");
        browser.setCards(cards());
        QCOMPARE(details(browser), QString("styles/ink\nFor: SD 1.5\nTrigger words: ink wash\nWeight: 0.7"));
        button(browser, "Copy trigger words")->click();
        QCOMPARE(QGuiApplication::clipboard()->text(), QString("ink wash"));
    }

    /// Those for other models come last.
    void longNotesAndOtherModelsDoNotGetInTheWay() {
        LoraBrowser browser("");
        std::vector<LoraCard> listed = cards();
        std::swap(listed[0], listed[1]);
        for (int line = 0; line < 300; ++line) listed[1].notes += "A line of many.\n";
        const int before = browser.minimumSizeHint().height();
        browser.setCards(listed);
        QVERIFY(details(browser).startsWith("styles/ink\n"));
        QCOMPARE(browser.minimumSizeHint().height(), before);
        QVERIFY(browser.height() <= browser.screen()->availableGeometry().height());
    }

    void oneIsAddedWithItsWeight() {
        LoraBrowser browser("");
        browser.setCards(cards());
        const QSignalSpy added(&browser, &LoraBrowser::added);
        button(browser, "Add")->click();
        QCOMPARE(added.size(), 1);
        QCOMPARE(added[0][0].toString(), QString("styles/ink"));
        QCOMPARE(added[0][1].toDouble(), 0.7);
    }

    void whatCannotBeUsedIsNotAdded() {
        LoraBrowser browser("");
        browser.setCards(cards());
        browser.findChild<QListWidget*>()->setCurrentRow(1);
        QVERIFY(!button(browser, "Add")->isEnabled());
        QVERIFY(!button(browser, "Copy trigger words")->isEnabled());
        QVERIFY2(details(browser).contains("is a LoRA for Stable Diffusion XL"), qPrintable(details(browser)));
    }

    void wordsFindThem() {
        LoraBrowser browser("");
        browser.setCards(cards());
        const auto* list = browser.findChild<QListWidget*>();
        browser.findChild<QLineEdit*>()->setText("WASH ink");
        QVERIFY(!list->item(0)->isHidden() && list->item(1)->isHidden());
        browser.findChild<QLineEdit*>()->setText("other");
        QCOMPARE(list->currentRow(), 1);
        browser.findChild<QLineEdit*>()->setText("nothing");
        QCOMPARE(details(browser), QString("No LoRA has these words."));
        QVERIFY(!button(browser, "Add")->isEnabled());
    }

    void thePictureIsItsOwn() {
        LoraBrowser browser("");
        browser.setCards(cards());
        const auto* list = browser.findChild<QListWidget*>();
        const auto middle = [&](int row) { return list->item(row)->icon().pixmap(128).toImage().pixelColor(64, 64); };
        QTRY_COMPARE_WITH_TIMEOUT(middle(0), QColor(Qt::red), 20'000);
        QVERIFY(middle(1) != QColor(Qt::red));
    }

    void withoutAnyItSaysWhereTheyAreKept() {
        LoraBrowser browser("");
        browser.setCards({});
        QCOMPARE(details(browser), QString("No LoRAs found; Help tells where they are kept."));
    }
};

FANLIGHT_TEST(TestLoraBrowser, QApplication)
#include "tst_lora_browser.moc"
