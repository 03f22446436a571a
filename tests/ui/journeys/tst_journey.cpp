// The whole window in use, from the first start to the next one, with the starter model on CPU workers.

#include <signal.h>

#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QDockWidget>
#include <QLineEdit>
#include <QMessageBox>
#include <QProcess>
#include <QPushButton>
#include <QSpinBox>

#include "core/base/file.h"
#include "core/output/image_marks.h"
#include "tests/support/open_window.h"
#include "tests/support/private_home.h"
#include "tests/support/test.h"
#include "tests/support/window_user.h"
#include "ui/devices/devices_pane.h"
#include "ui/gallery/filter_bar.h"
#include "ui/gallery/gallery_model.h"
#include "ui/gallery/gallery_pane.h"
#include "ui/gallery/grid_view.h"
#include "ui/main_window/project.h"
#include "ui/main_window/run_controller.h"
#include "ui/prompts/prompt_table.h"
#include "ui/settings/look.h"
#include "ui/settings/settings.h"

using namespace fanlight;
using namespace fanlight::ui;

namespace {

constexpr int patienceMs = 240'000;  // the images may be made on a busy machine without a GPU
constexpr char killMe[] = "--generate-until-killed";

#define WAIT_FOR(condition) QTRY_VERIFY_WITH_TIMEOUT(condition, patienceMs)

/// Sets small pictures and few steps in the fields.
void chooseQuickSettings(MainWindow& window) {
    fill(control<QSpinBox>(window, "Width in pixels"), "64");
    fill(control<QSpinBox>(window, "Height in pixels"), "64");
    fill(control<QSpinBox>(window, "Steps"), "4");
}

QVariant shown(MainWindow& window, int row, int role) {
    GalleryModel& images = window.gallery()->images();
    return row < images.rowCount() ? images.data(images.index(row), role) : QVariant();
}

bool hasThumbnails(MainWindow& window, int count) {
    if (window.gallery()->images().rowCount() != count) return false;
    for (int row = 0; row < count; ++row)
        if (shown(window, row, GalleryModel::ThumbnailRole).value<QImage>().isNull()) return false;
    return true;
}

bool isDone(MainWindow& window, int row) {
    const RowState state = stateOf(window, row);
    return state.stage == RowStage::Done && !state.thumbnail.isNull();
}

void saveProject(MainWindow& window, const QString& file) {
    whenAsked([file](QWidget* dialog) {
        press(Qt::Key_A, Qt::ControlModifier);
        type(file);
        for (int i = 0; i < 3 && dialog->isVisible(); ++i)
            press(Qt::Key_Return);  // the completion list may take the first
    });
    press(Qt::Key_S, Qt::ControlModifier);
    WAIT_FOR(!window.project()->isModified());
}

/// A window in a process of its own: starts a run of the project, then waits to be closed or killed.
int generateUntilKilled(int argc, char** argv) {
    QApplication application(argc, argv);
    QApplication::setApplicationName("fanlight");
    QApplication::setOrganizationName("fanlight");
    const auto window = openWindow({QString::fromLocal8Bit(argv[1])});
    QTimer wait;
    QObject::connect(&wait, &QTimer::timeout, &application, [&] {
        if (window->prompts()->model()->rowCount() == 0) return;
        wait.stop();
        press(Qt::Key_Return, Qt::ControlModifier);
    });
    wait.start(10);
    return QApplication::exec();
}

}  // namespace

class TestJourney : public QObject {
    Q_OBJECT

    std::unique_ptr<PrivateHome> home_;

    void skipWelcome(MainWindow& window) {
        QVERIFY(tabTo([](QWidget* reached) {
            const auto* button = qobject_cast<QPushButton*>(reached);
            return button && button->text() == "Skip";
        }));
        press(Qt::Key_Space);
        QVERIFY(settings::started.get());
        QVERIFY(window.prompts()->isVisible());
    }

private Q_SLOTS:
    void initTestCase() {
        home_ = std::make_unique<PrivateHome>();
        QApplication::setApplicationName("fanlight");
        QApplication::setOrganizationName("fanlight");
        QApplication::setQuitOnLastWindowClosed(false);
    }

    void cleanup() { home_->forgetAll(); }

    void chosenRowsHaveTheSeedsThatAreShown() {
        settings::started.set(true);
        const auto window = openWindow();
        QVERIFY(QTest::qWaitForWindowActive(window.get()));
        chooseQuickSettings(*window);
        window->prompts()->model()->insert(0, {{.prompt = "a rocket"}, {.prompt = " "}, {.prompt = "a castle"}}, {});
        window->prompts()->table()->selectRow(2);
        window->runs()->generateSelectedAction()->trigger();
        WAIT_FOR(isDone(*window, 2));
        QCOMPARE(home_->images().size(), 1);
        QVERIFY2(home_->images().first().contains("-43-"), qPrintable(home_->images().first()));
    }

    void threePromptsAreTypedMadeRatedFoundExportedAndStillThere() {
        auto window = openWindow();
        QVERIFY(QTest::qWaitForWindowActive(window.get()));
        skipWelcome(*window);
        chooseQuickSettings(*window);
        press(Qt::Key_A, Qt::AltModifier);
        const QStringList prompts = {"a rocket", "a red apple", "a castle"};
        for (const QString& prompt : prompts) {
            type(prompt);
            if (prompt != prompts.last()) press(Qt::Key_Return);
        }
        QCOMPARE(promptsOf(*window), prompts);
        QVERIFY(showTab(*window, "Devices"));
        WAIT_FOR(control<QSpinBox>(*window, "Workers on this device"));
        fill(control<QSpinBox>(*window, "Workers on this device"), "2");

        press(Qt::Key_Return, Qt::ControlModifier);
        for (int row = 0; row < 3; ++row) WAIT_FOR(isDone(*window, row));
        WAIT_FOR(hasThumbnails(*window, 3));
        QCOMPARE(home_->images().size(), 3);
        const QString folder = QFileInfo(home_->images().first()).path();
        QCOMPARE(read_plan(folder.toStdString()).devices, (std::vector<std::string>{"cpu", "cpu"}));

        GridView& grid = window->gallery()->grid();
        const GalleryModel& images = window->gallery()->images();
        QTest::mouseClick(grid.viewport(), Qt::LeftButton, {}, grid.visualRect(images.index(0)).center());
        press(Qt::Key_4);
        press(Qt::Key_Right);
        press(Qt::Key_X);
        WAIT_FOR(read_marks(folder.toStdString()).size() == 2);

        press(Qt::Key_F, Qt::ControlModifier);
        type("rocket");
        // While it is being typed, what is found for fewer letters may arrive.
        WAIT_FOR(images.rowCount() == 1 && shown(*window, 0, Qt::DisplayRole).toString() == "a rocket");
        press(Qt::Key_A, Qt::ControlModifier);
        press(Qt::Key_Delete);
        WAIT_FOR(images.rowCount() == 3);

        QVERIFY(tabTo([&](QWidget* reached) { return reached == &grid; }));
        press(Qt::Key_A, Qt::ControlModifier);
        press(Qt::Key_E, Qt::ControlModifier);
        WAIT_FOR(qobject_cast<QLineEdit*>(QApplication::focusWidget()) && QApplication::activeModalWidget());
        const QString archive = home_->path("three.zip");
        press(Qt::Key_A, Qt::ControlModifier);
        type(archive);
        press(Qt::Key_Return);
        WAIT_FOR(!QApplication::activeModalWidget() && QFile::exists(archive));
        const QByteArray packed = QByteArray::fromStdString(read_file(archive.toStdString()));
        for (const QString& image : home_->images()) QVERIFY(packed.contains(QFileInfo(image).fileName().toUtf8()));
        QVERIFY(packed.contains("manifest.csv"));

        saveProject(*window, home_->path("three.jsonl"));
        press(Qt::Key_3, Qt::AltModifier);
        QVERIFY(!window->findChild<QDockWidget*>("details")->isVisible());
        press(Qt::Key_Q, Qt::ControlModifier);
        QVERIFY(!window->isVisible());

        window = openWindow();
        WAIT_FOR(promptsOf(*window) == prompts);
        WAIT_FOR(hasThumbnails(*window, 3));
        QCOMPARE(shown(*window, 0, GalleryModel::RatingRole).toInt(), 4);
        QCOMPARE(shown(*window, 1, GalleryModel::RatingRole).toInt(), rejected);
        QCOMPARE(shown(*window, 2, GalleryModel::RatingRole).toInt(), 0);
        QVERIFY(!window->findChild<QDockWidget*>("details")->isVisible());
        QVERIFY(window->prompts()->isVisible());
        QCOMPARE(control<QSpinBox>(*window, "Steps")->value(), 4);
    }

    void weightsAreTypedMadeAndReadFromTheImage() {
        settings::started.set(true);
        const auto window = openWindow();
        QVERIFY(QTest::qWaitForWindowActive(window.get()));
        chooseQuickSettings(*window);
        press(Qt::Key_A, Qt::AltModifier);
        type("a red apple");
        press(Qt::Key_Up, Qt::ControlModifier);
        press(Qt::Key_Return);
        type("a castle <hypernet:x:1>");
        QCOMPARE(promptsOf(*window), QStringList({"a red (apple:1.1)", "a castle <hypernet:x:1>"}));
        press(Qt::Key_Return, Qt::ControlModifier);
        WAIT_FOR(messageOf(*window).contains("<hypernet:x:1>"));
        QVERIFY2(messageOf(*window).contains("row 2"), qPrintable(messageOf(*window)));
        for (int row = 0; row < 2; ++row) WAIT_FOR(isDone(*window, row));

        const QString image = home_->images().first();
        const QByteArray png = QByteArray::fromStdString(read_file(image.toStdString()));
        QVERIFY(png.contains(R"("emphasis":"original")"));
        QVERIFY(png.contains("a red (apple:1.1)"));
        window->prompts()->importFiles({image});
        WAIT_FOR(window->prompts()->model()->rowCount() == 3);
        const PromptEntry again = window->prompts()->model()->entries().back();
        QCOMPARE(again.prompt, QString("a red (apple:1.1)"));
        QCOMPARE(again.values.value("emphasis"), QString("original"));

        QTest::mouseClick(control<QCheckBox>(*window, "Take prompts literally"), Qt::LeftButton);
        window->prompts()->table()->selectRow(0);
        window->runs()->generateSelectedAction()->trigger();
        WAIT_FOR(home_->images().size() == 3);
        WAIT_FOR(!window->runs()->isRunning());
        QVERIFY(messageOf(*window).isEmpty());
        int literal = 0;
        for (const QString& made : home_->images())
            literal += !QByteArray::fromStdString(read_file(made.toStdString())).contains(R"("emphasis":"original")");
        QCOMPARE(literal, 1);
    }

    void aRunContinuesWithoutItsWindowAndIsAttachedToAgain() {
        auto window = openWindow();
        skipWelcome(*window);
        chooseQuickSettings(*window);
        fill(control<QSpinBox>(*window, "Images"), "1000");
        press(Qt::Key_A, Qt::AltModifier);
        type("a butterfly");
        saveProject(*window, home_->path("long.jsonl"));
        press(Qt::Key_Return, Qt::ControlModifier);
        WAIT_FOR(!home_->images().isEmpty() && window->runs()->isRunning());
        int questions = 0;
        whenAsked([&](QWidget*) {
            ++questions;
            press(Qt::Key_Return);  // let the run continue
        });
        press(Qt::Key_Q, Qt::ControlModifier);
        QCOMPARE(questions, 1);
        QVERIFY(!window->isVisible());
        window.reset();
        const auto left = home_->images().size();
        WAIT_FOR(home_->images().size() > left + 1);

        window = openWindow();
        WAIT_FOR(window->runs()->isRunning());
        WAIT_FOR(window->gallery()->images().rowCount() > left + 1);
        WAIT_FOR(window->runs()->cancelAction()->isEnabled());
        press(Qt::Key_Return, Qt::ControlModifier | Qt::AltModifier);
        WAIT_FOR(!window->runs()->isRunning());
        const auto made = home_->images().size();
        QVERIFY(made < 1000);
        WAIT_FOR(window->gallery()->images().rowCount() == made);
        press(Qt::Key_Q, Qt::ControlModifier);
        QVERIFY(!window->isVisible());
    }

    void nothingIsLostWhenAWindowIsKilled() {
        const QString project = home_->path("killed.jsonl");
        std::string lines;
        for (int i = 0; i < 400; ++i) lines += "{\"prompt\":\"a fish\",\"width\":64,\"height\":64,\"steps\":4}\n";
        replace_file(project.toStdString(), lines);
        QProcess process;
        process.start(QCoreApplication::applicationFilePath(), {killMe, project});
        WAIT_FOR(home_->images().size() > 2);
        ::kill(static_cast<pid_t>(process.processId()), SIGKILL);
        QVERIFY(process.waitForFinished());
        const QStringList before = home_->images();
        WAIT_FOR(home_->images().size() > before.size());

        auto window = openWindow();
        WAIT_FOR(window->runs()->isRunning());
        WAIT_FOR(promptsOf(*window).size() == 400);
        window->runs()->cancel();
        WAIT_FOR(!window->runs()->isRunning());
        const QStringList after = home_->images();
        for (const QString& image : before) QVERIFY2(after.contains(image), qPrintable(image));
        WAIT_FOR(window->gallery()->images().rowCount() == after.size());
        window->close();
    }

    void anArabicWindowMakesAnImageOfAnArabicPrompt() {
        settings::language.set("ar");
        applyChosenLanguage();
        auto window = openWindow();
        QCOMPARE(window->layoutDirection(), Qt::RightToLeft);
        WAIT_FOR(window->findChild<DevicesPane*>()->smallestMemory() > 0);  // they are read, and one can be used
        press(Qt::Key_A, Qt::ControlModifier);
        const QString prompt = QString::fromUtf8("\u0635\u0627\u0631\u0648\u062e");  // a rocket
        type(prompt);
        press(Qt::Key_Return);
        QCOMPARE(promptsOf(*window), QStringList(prompt));
        WAIT_FOR(isDone(*window, 0));
        WAIT_FOR(hasThumbnails(*window, 1));  // which may be its preview yet
        WAIT_FOR(shown(*window, 0, Qt::DisplayRole).toString() == prompt);
        WAIT_FOR(!window->runs()->isRunning());  // else closing would ask about the run, too
        bool mirrored = false;
        whenAsked([&](QWidget* question) {
            mirrored = question->layoutDirection() == Qt::RightToLeft;
            auto* box = qobject_cast<QMessageBox*>(question);
            for (QAbstractButton* button : box->buttons())
                if (box->buttonRole(button) == QMessageBox::DestructiveRole) QTest::mouseClick(button, Qt::LeftButton);
        });
        press(Qt::Key_Q, Qt::ControlModifier);
        WAIT_FOR(!window->isVisible());
        QVERIFY(mirrored);
        settings::language.set("en");
        applyChosenLanguage();
    }
};

FANLIGHT_TEST(TestJourney, QApplication)
static const TestPart killed_window(killMe, generateUntilKilled);
#include "tst_journey.moc"
