#include <QApplication>
#include <QDir>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QScrollBar>
#include <QTemporaryDir>
#include <QTest>
#include <QTextTable>
#include <QToolButton>

#include "tests/support/places.h"
#include "tests/support/test.h"
#include "ui/help/manual_page.h"
#include "ui/help/manual_window.h"

using namespace fanlight;
using namespace fanlight::ui;

namespace {

QToolButton* button(ManualWindow& window, const QString& name) {
    for (QToolButton* each : window.findChildren<QToolButton*>())
        if (each->accessibleName() == name) return each;
    return nullptr;
}

QString shown(ManualWindow& window) { return window.page().source().fileName(); }

QString selected(ManualWindow& window) { return window.page().textCursor().selectedText(); }

}  // namespace

class ManualWindowTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    void write(const QString& name, const QByteArray& text) const {
        QFile file(folder_.filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) == text.size());
    }

private Q_SLOTS:
    void initTestCase() {
        qputenv("FANLIGHT_RESOURCES", source_path("/resources"));
        write("index.md", "# First\n\n[Second](second.md) [End](second.md#the-end)\n\napple pear apple\n");
        QByteArray lines;
        for (int i = 0; i < 200; ++i) lines += "A line of text.\n\n";
        write("second.md", "# Second\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n" + lines + "## The end!\n\n" + lines);
    }

    void aLinkLeadsToAPageAndBack() {
        ManualWindow window(folder_.path());
        window.show();
        window.page().showPage(ManualWindow::firstPage);
        QVERIFY(!button(window, "Back")->isEnabled());
        window.page().setSource(QUrl("second.md"));
        QCOMPARE(shown(window), QString("second.md"));
        button(window, "Back")->click();
        QCOMPARE(shown(window), QString("index.md"));
        button(window, "Forward")->click();
        QCOMPARE(shown(window), QString("second.md"));
        button(window, "First page")->click();
        QCOMPARE(shown(window), QString("index.md"));
    }

    void aLinkLeadsToAHeading() {
        ManualWindow window(folder_.path());
        window.resize(600, 400);
        window.show();
        window.page().showPage("second.md#the-end");
        const QTextCursor top = window.page().cursorForPosition({40, 20});
        QVERIFY2(QStringList({"The end!", "A line of text."}).contains(top.block().text()),
                 qPrintable(top.block().text()));
        QVERIFY(window.page().verticalScrollBar()->value() > 400);
        QTextCursor heading = window.page().document()->find("The end!");
        heading.setPosition(heading.selectionStart());
        const int y = window.page().cursorRect(heading).top();
        QVERIFY2(y >= -5 && y < 200, qPrintable(QString::number(y)));
    }

    void textIsFoundInThePageAndFromItsBeginningAgain() {
        ManualWindow window(folder_.path());
        window.show();
        window.page().showPage(ManualWindow::firstPage);
        auto* field = window.findChild<QLineEdit*>();
        QTest::keyClicks(field, "apple");
        QCOMPARE(selected(window), QString("apple"));
        const int first = window.page().textCursor().position();
        QTest::keyClick(field, Qt::Key_Return);
        QVERIFY(window.page().textCursor().position() > first);
        button(window, "Next match")->click();
        QCOMPARE(window.page().textCursor().position(), first);
        button(window, "Previous match")->click();
        QVERIFY(window.page().textCursor().position() > first);
        QTest::keyClicks(field, "sauce");
        const auto labels = window.findChildren<QLabel*>();
        QVERIFY(std::any_of(labels.begin(), labels.end(), [](QLabel* l) { return l->text() == "Not on this page"; }));
    }

    void aMissingPageIsSaid() {
        ManualWindow window(folder_.path());
        window.page().showPage("nowhere.md");
        QVERIFY2(window.page().toPlainText().startsWith("The page nowhere.md of the manual is missing."),
                 qPrintable(window.page().toPlainText()));
        window.page().showPage(ManualWindow::firstPage);
        QVERIFY(window.page().toPlainText().contains("pear"));
    }

    void aTableHasOneThinBorder() {
        ManualWindow window(folder_.path());
        window.page().showPage("second.md");
        const auto frames = window.page().document()->rootFrame()->childFrames();
        QCOMPARE(frames.size(), 1);
        auto* table = qobject_cast<QTextTable*>(frames.first());
        QVERIFY(table && table->format().borderCollapse() && table->format().cellPadding() > 0);
    }

    void thePageReadsFromLeftToRightInEveryWindow() {
        QGuiApplication::setLayoutDirection(Qt::RightToLeft);
        {
            ManualWindow window(folder_.path());
            window.page().showPage(ManualWindow::firstPage);
            window.show();
            QVERIFY(window.isRightToLeft());
            QVERIFY(!window.page().isRightToLeft());
            QCOMPARE(window.page().document()->defaultTextOption().textDirection(), Qt::LeftToRight);
            QCOMPARE(window.page().document()->begin().textDirection(), Qt::LeftToRight);
        }
        QGuiApplication::setLayoutDirection(Qt::LeftToRight);
    }

    /// The real manual: opened once, with every page readable and every picture found.
    void theManualIsOpenedOnceAndGoesWithItsOwner() {
        auto owner = std::make_unique<QWidget>();
        QPointer<ManualWindow> window = ManualWindow::open(owner.get());
        QCOMPARE(shown(*window), QString("index.md"));
        QCOMPARE(ManualWindow::open(owner.get(), "keys.md"), window.data());
        QVERIFY(window->page().toPlainText().contains("Ctrl+Shift+Return"));
        for (const QString& page : QDir(source_path("/resources/manual")).entryList({"*.md"})) {
            window->page().showPage(page);
            const QString text = window->page().toPlainText();
            QVERIFY2(text.size() > 200 && !text.contains("]("), qPrintable(page));
        }
        owner.reset();
        QVERIFY(window.isNull());
    }

    void escapeLeavesTheFieldAndThenTheWindow() {
        ManualWindow window(folder_.path());
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        QTest::keyClick(&window, Qt::Key_F, Qt::ControlModifier);
        auto* field = window.findChild<QLineEdit*>();
        QVERIFY(field->hasFocus());
        QTest::keyClick(field, Qt::Key_Escape);
        QVERIFY(window.isVisible() && window.page().hasFocus());
        QTest::keyClick(&window.page(), Qt::Key_Escape);
        QVERIFY(!window.isVisible());
    }
};

FANLIGHT_TEST(ManualWindowTest, QApplication)
#include "tst_manual_window.moc"
