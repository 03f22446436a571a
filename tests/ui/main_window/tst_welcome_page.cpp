#include <QApplication>
#include <QClipboard>
#include <QSignalSpy>
#include <QTest>

#include "tests/support/test.h"
#include "ui/main_window/welcome_page.h"
#include "ui/prompts/prompt_edit.h"

using namespace fanlight::ui;

class TstWelcomePage : public QObject {
    Q_OBJECT

    WelcomePage* page_ = nullptr;

    PromptEdit* field() const { return page_->findChild<PromptEdit*>(); }

private Q_SLOTS:
    void init() {
        page_ = new WelcomePage;
        page_->show();
        QApplication::setActiveWindow(page_);
        field()->setFocus();
    }
    void cleanup() { delete page_; }

    void aPastedListGoesToTheList() {
        QString lines;
        for (int i = 0; i < 50'000; ++i) lines += QString("prompt %1\n").arg(i);
        QSignalSpy pasted(page_, &WelcomePage::listPasted);
        QApplication::clipboard()->setText(lines);
        QTest::keyClick(field(), Qt::Key_V, Qt::ControlModifier);
        QCOMPARE(pasted.count(), 1);
        QCOMPARE(pasted[0][0].toString(), lines);
    }

    void aLongPromptIsNotCut() {
        const QString prompt(100'000, u'x');
        QSignalSpy accepted(page_, &WelcomePage::accepted);
        QApplication::clipboard()->setText(prompt);
        QTest::keyClick(field(), Qt::Key_V, Qt::ControlModifier);
        QTest::keyClick(field(), Qt::Key_Return);
        QCOMPARE(accepted.count(), 1);
        QCOMPARE(accepted[0][0].toString().size(), prompt.size());
    }
};

FANLIGHT_TEST(TstWelcomePage, QApplication)
#include "tst_welcome_page.moc"
