// The program itself on a real X server, with real keys and clicks: from the first start to the next one, closed and
// killed while it makes images. Results are read from the run folders and from the screen.

#include <signal.h>

#include <QDir>
#include <QSet>
#include <QTest>

#include "core/base/file.h"
#include "core/output/image_marks.h"
#include "tests/support/places.h"
#include "tests/support/private_home.h"
#include "tests/support/test.h"
#include "tests/support/x_display.h"

using namespace fanlight;

namespace {

constexpr int patienceMs = 240'000;  // the images may be made on a busy machine without a GPU

/// Usable in helper functions, too: once one wait has failed, the others do not wait.
#define WAIT_FOR(condition)                 \
    if (QTest::currentTestFailed()) return; \
    QVERIFY2(QTest::qWaitFor([&] { return condition; }, patienceMs), #condition)

/// The gallery's first two cells in the initial layout on a screen of XDisplay's size.
const QRect firstCell(1175, 200, 150, 150), secondCell(1400, 200, 150, 150);

/// More colours than a background, a frame and a caption have.
bool showsAPicture(const QImage& screen, const QRect& place) {
    constexpr int coloursOfAPicture = 200;
    QSet<QRgb> colours;
    for (int y = place.top(); y <= place.bottom(); ++y)
        for (int x = place.left(); x <= place.right(); ++x) colours << screen.pixel(x, y);
    return colours.size() > coloursOfAPicture;
}

}  // namespace

class TestJourneyX11 : public QObject {
    Q_OBJECT

    std::unique_ptr<PrivateHome> home_;
    std::unique_ptr<XDisplay> display_;
    std::unique_ptr<QProcess> program_;
    QString window_;

    void open(const QStringList& files = {}) {
        program_ = std::make_unique<QProcess>();
        program_->setProcessEnvironment(display_->environment());
        program_->setProcessChannelMode(QProcess::ForwardedChannels);
        program_->start(build_path("/fanlight-gui"), files);
        WAIT_FOR(!(window_ = display_->window("Fanlight")).isEmpty());
        display_->xdotool({"windowsize", window_, QString::number(XDisplay::width), QString::number(XDisplay::height)});
        display_->xdotool({"windowmove", window_, "0", "0"});
        WAIT_FOR(display_->focus(window_));
    }

    QString title() const { return display_->titleOf(window_); }
    bool sees(const QRect& place) const { return showsAPicture(display_->screenshot(), place); }

    void keepScreenshot(const QString& name) const {
        QDir().mkpath(build_path("/screenshots"));
        QVERIFY(display_->screenshot().save(build_path("/screenshots/journey-") + name + ".png"));
    }

    /// Types a path into the file dialog with this title.
    void answer(const QString& dialog, const QString& path) {
        QString asking;
        WAIT_FOR(!(asking = display_->window(dialog)).isEmpty());
        WAIT_FOR(display_->focus(asking));
        keepScreenshot(QFileInfo(path).suffix());
        display_->press("ctrl+a");
        display_->type(path);
        // The completion list may take the first Return.
        WAIT_FOR(display_->window(dialog).isEmpty() || (display_->press("Return"), false));
        WAIT_FOR(QFile::exists(path));
        WAIT_FOR(display_->focus(window_));
    }

    /// A project of many small images.
    QString longProject() const {
        std::string lines;
        for (int i = 0; i < 400; ++i) lines += "{\"prompt\":\"a fish\",\"width\":64,\"height\":64,\"steps\":4}\n";
        replace_file(home_->path("long.jsonl").toStdString(), lines);
        return home_->path("long.jsonl");
    }

    void beginLongRun() {
        open({longProject()});
        WAIT_FOR(title().contains("long"));
        display_->press("ctrl+Return");
        WAIT_FOR(home_->images().size() > 2);
    }

    /// Another window finds the run of the one before, and cancels it.
    void attachAndCancel() {
        const auto left = home_->images().size();
        WAIT_FOR(home_->images().size() > left + 1);
        open();
        WAIT_FOR(title().contains('%'));
        WAIT_FOR(sees(firstCell));
        keepScreenshot("attached");
        display_->press("ctrl+alt+Return");
        WAIT_FOR(!title().contains('%'));
        QVERIFY(home_->images().size() < 400);
        quit();
    }

    void quit() {
        display_->press("ctrl+q");
        QVERIFY(program_->waitForFinished(patienceMs));
        QCOMPARE(program_->exitCode(), 0);
    }

private Q_SLOTS:
    void init() {
        home_ = std::make_unique<PrivateHome>();
        display_ = std::make_unique<XDisplay>();
        QVERIFY2(display_->start(), "Xvfb did not start; packaging/dev setup installs it.");
    }
    void cleanup() {
        if (QTest::currentTestFailed()) keepScreenshot("failed");
        if (program_ && program_->state() != QProcess::NotRunning) {
            program_->kill();
            program_->waitForFinished();
        }
        home_->shutDownOwner();
    }

    void promptsAreTypedMadeRatedFoundExportedAndStillThere() {
        open();
        keepScreenshot("first-start");
        display_->press("ctrl+a");
        display_->type("a rocket");
        display_->press("Return");  // one key makes the first picture
        WAIT_FOR(home_->images().size() == 1);
        WAIT_FOR(sees(firstCell));
        for (const char* prompt : {"a red apple", "a castle"}) {
            display_->press("Return");
            display_->type(prompt);
        }
        display_->press("ctrl+Return");
        WAIT_FOR(home_->images().size() == 4);
        WAIT_FOR(sees(firstCell) && sees(secondCell));
        keepScreenshot("made");

        const QString newest = QFileInfo(home_->images().last()).path();
        display_->click(firstCell.center());
        display_->press("4");
        display_->press("Right");
        display_->press("x");
        WAIT_FOR(read_marks(newest.toStdString()).size() == 2);
        const QStringList files = QDir(newest).entryList({"*.png"}, QDir::Files, QDir::Name);
        QCOMPARE(read_marks(newest.toStdString())[files[0].toStdString()].rating, 4);
        QCOMPARE(read_marks(newest.toStdString())[files[1].toStdString()].rating, -1);

        display_->press("ctrl+f");
        display_->type("castle");
        WAIT_FOR(sees(firstCell) && !sees(secondCell));
        keepScreenshot("found");
        display_->press("ctrl+a");
        display_->press("Delete");
        WAIT_FOR(sees(secondCell));

        display_->click(firstCell.center());
        display_->press("ctrl+a");
        display_->press("ctrl+e");
        const QString archive = home_->path("four.zip");
        answer("Export 4", archive);
        const QByteArray packed = QByteArray::fromStdString(read_file(archive.toStdString()));
        for (const QString& image : home_->images()) QVERIFY(packed.contains(QFileInfo(image).fileName().toUtf8()));

        display_->press("ctrl+s");
        answer("Save the project", home_->path("three.jsonl"));
        WAIT_FOR(title().startsWith("three"));
        quit();

        open();
        WAIT_FOR(title().startsWith("three"));
        WAIT_FOR(sees(firstCell) && sees(secondCell));
        keepScreenshot("reopened");
        quit();
    }

    void aRunContinuesWithoutItsWindow() {
        beginLongRun();
        display_->press("ctrl+q");
        QString question;
        WAIT_FOR((question = display_->window("^Fanlight$")) != "" && display_->focus(question));
        keepScreenshot("question");
        display_->press("Return");  // let the run continue
        QVERIFY(program_->waitForFinished(patienceMs));
        attachAndCancel();
    }

    void aRunContinuesWhenItsWindowIsKilled() {
        beginLongRun();
        const QStringList before = home_->images();
        ::kill(static_cast<pid_t>(program_->processId()), SIGKILL);
        QVERIFY(program_->waitForFinished());
        attachAndCancel();
        for (const QString& image : before) QVERIFY2(QFile::exists(image), qPrintable(image));
    }
};

FANLIGHT_TEST(TestJourneyX11, QCoreApplication)
#include "tst_journey_x11.moc"
