#include "ui/main_window/main_window.h"

#include <QAbstractButton>
#include <QAbstractSpinBox>
#include <QAccessible>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QDockWidget>
#include <QLabel>
#include <QLineEdit>
#include <QMenuBar>
#include <QMessageBox>
#include <QScrollBar>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>
#include <QToolButton>
#include <QTreeWidget>

#include "tests/support/fresh_home.h"
#include "tests/support/places.h"
#include "tests/support/test.h"
#include "ui/bridge/run_bridge.h"
#include "ui/gallery/export_dialog.h"
#include "ui/main_window/keys_dialog.h"
#include "ui/main_window/message_bar.h"
#include "ui/main_window/pane_docks.h"
#include "ui/main_window/project.h"
#include "ui/main_window/run_controller.h"
#include "ui/parameters/parameters_pane.h"
#include "ui/prompts/import_dialog.h"
#include "ui/prompts/prompt_model.h"
#include "ui/prompts/prompts_pane.h"
#include "ui/settings/settings.h"
#include "ui/settings/settings_dialog.h"
#include "ui/viewer/compare_window.h"
#include "ui/viewer/viewer_window.h"

using namespace fanlight::ui;

namespace {

/// Parts of Qt's composite controls, which have the name themselves.
bool isPart(const QWidget* widget) {
    if (widget->objectName().startsWith("qt_") || qobject_cast<const QScrollBar*>(widget)) return true;
    if (qobject_cast<const QAbstractButton*>(widget) && (qobject_cast<const QLineEdit*>(widget->parentWidget()) ||
                                                         qobject_cast<const QTableView*>(widget->parentWidget())))
        return true;
    for (const QWidget* whole = widget->parentWidget(); whole; whole = whole->parentWidget())
        if (qobject_cast<const QAbstractSpinBox*>(whole) || qobject_cast<const QComboBox*>(whole)) return true;
    return false;
}

QStringList nameless(const QWidget& window) {
    QStringList found;
    for (QWidget* widget : window.findChildren<QWidget*>()) {
        const bool control = widget->focusPolicy() != Qt::NoFocus || qobject_cast<QAbstractButton*>(widget);
        if (!control || isPart(widget)) continue;
        QAccessibleInterface* spoken = QAccessible::queryAccessibleInterface(widget);
        if (!spoken || spoken->text(QAccessible::Name).trimmed().isEmpty())
            found << QString("%1 in %2")
                         .arg(widget->metaObject()->className(), widget->parentWidget()->metaObject()->className());
    }
    return found;
}

}  // namespace

class TestMainWindow : public QObject {
    Q_OBJECT

    std::unique_ptr<fanlight::FreshHome> home_;

private Q_SLOTS:
    void init() {
        home_ = std::make_unique<fanlight::FreshHome>();
        qputenv("FANLIGHT_RESOURCES", fanlight::source_path("/resources"));
    }

    void everyControlHasAName() {
        MainWindow window;
        window.prompts()->model()->insert(0, {{.prompt = "a cat"}}, {});
        window.prompts()->findAndReplace();
        window.findChild<MessageBar*>()->show(MessageBar::Kind::Problem, "It failed.", "More", "Retry", {});
        QCOMPARE(nameless(window).join("\n"), QString());
    }

    void everyControlOfDialogsAndViewersHasAName() {
        QCOMPARE(nameless(SettingsDialog()).join("\n"), QString());
        QCOMPARE(nameless(KeysDialog(QMenuBar())).join("\n"), QString());
        QCOMPARE(nameless(ExportDialog({GalleryImage()})).join("\n"), QString());
        QCOMPARE(nameless(ImportDialog({{"a.csv", {{"caption", "a cat", "", true}}}})).join("\n"), QString());
        QCOMPARE(nameless(ViewerWindow()).join("\n"), QString());
        QCOMPARE(nameless(CompareWindow()).join("\n"), QString());
    }

    void whatARunHasToSayIsShownWithoutHidingAProblem() {
        MainWindow window;
        auto* bridge = window.findChild<RunBridge*>();
        auto* bar = window.findChild<MessageBar*>();
        const auto shows = [&](const QString& sentence) {
            const auto labels = bar->findChildren<QLabel*>();
            return !bar->isHidden() && std::any_of(labels.begin(), labels.end(), [&](const QLabel* label) {
                return !label->isHidden() && label->text().split('\n').contains(sentence);
            });
        };
        QVERIFY(bar->isHidden());
        Q_EMIT bridge->noticed(1, "A prompt names a network, such as \"x\" in row 31, which has no effect yet");
        QVERIFY(shows("A prompt names a network, such as \"x\" in row 31, which has no effect yet."));
        Q_EMIT bridge->noticed(1, "A worker died");
        Q_EMIT bridge->noticed(1, "A worker died");
        QVERIFY(shows("A prompt names a network, such as \"x\" in row 31, which has no effect yet."));
        QVERIFY(shows("A worker died."));
        bar->show(MessageBar::Kind::Problem, "It failed.");
        Q_EMIT bridge->noticed(1, "A worker died");
        QVERIFY(shows("It failed.") && shows("A worker died."));
        bar->hide();
        Q_EMIT bridge->noticed(1, "A worker died");
        QVERIFY(shows("A worker died.") && !shows("It failed."));
    }

    void whatHasNoEffectInAnImportedListIsShown() {
        QTemporaryDir folder;
        QFile list(folder.filePath("list.csv"));
        QVERIFY(list.open(QIODevice::WriteOnly) && list.write("prompt,dtype\na dog,float16\n") > 0);
        list.close();
        MainWindow window;
        auto* bar = window.findChild<MessageBar*>();
        auto* prompts = window.findChild<PromptsPane*>();
        prompts->importFiles({list.fileName()});
        QTRY_COMPARE(prompts->model()->rowCount(), 1);
        QTRY_VERIFY(!bar->isHidden());
        QApplication::clipboard()->setText("prompt\tdtype\na cat\tfloat16");
        bar->hide();
        prompts->paste();
        QCOMPARE(prompts->model()->rowCount(), 2);
        QVERIFY(!bar->isHidden());
    }

    void aMessageGoesWhenWhatItSaidIsOver() {
        MainWindow window;
        auto* bar = window.findChild<MessageBar*>();
        window.runs()->generate();
        QTRY_VERIFY(!bar->isHidden());  // there is no prompt
        window.prompts()->model()->insert(0, {{.prompt = "a cat"}}, {});
        QVERIFY(bar->isHidden());
        bar->show(MessageBar::Kind::Problem, "It stays.");
        window.prompts()->model()->insert(0, {{.prompt = "a dog"}}, {});
        QVERIFY(!bar->isHidden());
        bar->setAbout(MessageBar::About::Model);
        window.prompts()->model()->insert(0, {{.prompt = "a fox"}}, {});
        QVERIFY(!bar->isHidden());
        bar->settle(MessageBar::About::Model);
        QVERIFY(bar->isHidden());
    }

    void theKeysOfAllMenusAreListed() {
        MainWindow window;
        const KeysDialog dialog(*window.menuBar());
        QStringList listed;
        for (QTreeWidgetItemIterator it(dialog.findChild<QTreeWidget*>()); *it; ++it)
            listed << (*it)->text(0) + ": " + (*it)->text(1);
        QVERIFY2(listed.contains("Generate: Ctrl+Return"), qPrintable(listed.join('\n')));
        QVERIFY2(listed.contains("Save: Ctrl+S"), qPrintable(listed.join('\n')));
        QVERIFY(listed.size() > 20);
    }

    void parametersHaveOneNameEverywhere() {
        MainWindow window;
        QStringList fields;
        for (const QLabel* label : window.parameters()->findChildren<QLabel*>()) fields << label->text();
        for (const auto* heading : window.parameters()->findChildren<QToolButton*>()) fields << heading->text();
        const auto* model = window.prompts()->model();
        for (int column = PromptModel::promptColumn + 1; column < model->columnCount(); ++column) {
            const QString title = model->headerData(column, Qt::Horizontal).toString();
            if (title != "Emphasis") QVERIFY2(fields.contains(title), qPrintable(title));
        }
    }

    void theFirstTypedTextIsAPrompt() {
        settings::started.set(true);
        MainWindow window;
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        QVERIFY(window.focusWidget());
        QTest::keyClicks(window.focusWidget(), "a cat");
        QCOMPARE(window.prompts()->model()->rowCount(), 1);
        QCOMPARE(window.prompts()->model()->entries().front().prompt, QString("a cat"));
    }

    void theWindowClosesOnceChangesAreDiscarded() {
        MainWindow window;
        window.show();
        window.prompts()->model()->insert(0, {{.prompt = "a cat"}}, {});
        QTimer::singleShot(0, &window, [&] {
            for (QAbstractButton* button : window.findChild<QMessageBox*>()->buttons())
                if (button->text() == "Discard") button->click();
        });
        window.close();
        QTRY_VERIFY(window.isHidden());
    }

    void everyPaneHasAKey() {
        MainWindow window;
        QStringList keys;
        for (const QAction* toggle : window.findChild<PaneDocks*>()->toggleActions())
            keys << toggle->shortcut().toString();
        QCOMPARE(keys, QStringList({"Alt+1", "Alt+2", "Alt+3", "Alt+4", "Alt+5", "Alt+6"}));
    }

    void aKeyBringsAPaneToTheFrontAndHidesTheOneInFront() {
        MainWindow window;
        window.resize(1600, 960);
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        auto* docks = window.findChild<PaneDocks*>();
        auto* devices = window.findChild<QDockWidget*>("devices");
        const auto press = [&](Qt::Key key) {
            QTest::keyClick(&window, key, Qt::AltModifier);
            QCoreApplication::processEvents();
        };
        const auto isSeen = [&] { return !devices->isHidden() && !docks->isCovered(devices); };
        QVERIFY(!devices->isHidden() && !isSeen());  // behind the queue
        for (const bool seen : {true, false, true}) {
            press(Qt::Key_5);
            QCOMPARE(isSeen(), seen);
            QCOMPARE(docks->toggleActions()[4]->isChecked(), seen);
        }
        press(Qt::Key_4);
        QVERIFY(!window.findChild<QDockWidget*>("queue")->isHidden() && !isSeen() && !devices->isHidden());
        devices->setFloating(true);
        QCoreApplication::processEvents();
        press(Qt::Key_5);
        QVERIFY(devices->isHidden());
    }

    void theLayoutIsRememberedAndCanBeReset() {
        const auto gallery = [](MainWindow& window) { return window.findChild<QDockWidget*>("gallery"); };
        {
            MainWindow window;
            window.show();
            QVERIFY(!gallery(window)->isHidden());
            gallery(window)->hide();
            window.close();
        }
        MainWindow window;
        window.show();
        QVERIFY(gallery(window)->isHidden());
        for (QAction* action : window.findChildren<QAction*>())
            if (action->text().contains("eset the layout")) action->trigger();
        QVERIFY(!gallery(window)->isHidden());
    }

    void anArrangementFromBeforeThereWereResultsShowsThemWithTheGallery() {
        {
            QMainWindow older;
            for (const char* name : {"parameters", "gallery", "details", "queue", "devices"}) {
                auto* dock = new QDockWidget(&older);
                dock->setObjectName(name);
                older.addDockWidget(Qt::RightDockWidgetArea, dock);
            }
            settings::docks.set(older.saveState());
        }
        MainWindow window;
        window.show();
        auto* gallery = window.findChild<QDockWidget*>("gallery");
        auto* results = window.findChild<QDockWidget*>("results");
        QVERIFY(results->isHidden());
        window.findChild<PaneDocks*>()->showResults();
        QVERIFY(results->isVisible());
        QCOMPARE(window.tabifiedDockWidgets(gallery), QList<QDockWidget*>({results}));
    }

    void aProjectThatCannotBeReadLeavesTheListAsItIs() {
        MainWindow window;
        window.show();
        window.prompts()->model()->insert(0, {{.prompt = "a cat"}}, {});
        const QString file = home_->filePath("broken.jsonl");
        QFile broken(file);
        QVERIFY(broken.open(QIODevice::WriteOnly));
        broken.write("{\"prompt\": \"a dog\"}\n{\"prompt\": ");
        broken.close();
        window.project()->load(file);
        const auto told = [&] {
            for (const QWidget* widget : window.findChildren<QWidget*>())
                if (widget->isVisible() && widget->accessibleDescription().contains("broken.jsonl")) return true;
            return false;
        };
        QTRY_VERIFY(told());
        QCOMPARE(window.prompts()->model()->rowCount(), 1);
        QCOMPARE(window.prompts()->model()->entries().front().prompt, QString("a cat"));
    }
};

FANLIGHT_TEST(TestMainWindow, QApplication)
#include "tst_main_window.moc"
