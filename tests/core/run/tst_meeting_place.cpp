#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QDir>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>
#include <optional>

#include "core/run/meeting_place.h"
#include "tests/support/test.h"

using namespace fanlight;

class TstMeetingPlace : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        runtime_.emplace();
        qputenv("XDG_RUNTIME_DIR", runtime_->path().toUtf8());
    }

    void itIsOfThisUserAloneAndGoneAfterwards() {
        {
            const MeetingPlace place;
            const QString folder = QString::fromStdString(place.store()).mid(int(qstrlen("file://")));
            QVERIFY(QFileInfo(folder).isDir());
            QCOMPARE(QFileInfo(folder).permissions() & 0x0fff, QFile::ReadUser | QFile::WriteUser | QFile::ExeUser);
        }
        QCOMPARE(folders(), QStringList());
    }

    void severalStandSideBySide() {
        const MeetingPlace first, second;
        QVERIFY(first.store() != second.store());
        QCOMPARE(folders().size(), 2);
    }

    void whatAKilledOwnerLeftIsSweptUp() {
        int ready[2];
        QCOMPARE(::pipe(ready), 0);
        const pid_t owner = ::fork();
        if (owner == 0) {
            const MeetingPlace place;
            if (::write(ready[1], "!", 1) == 1) ::pause();
            ::_exit(0);
        }
        char byte;
        QCOMPARE(::read(ready[0], &byte, 1), ssize_t{1});
        {
            const MeetingPlace beside;  // the other is in use
            QCOMPARE(folders().size(), 2);
        }
        ::kill(owner, SIGKILL);
        ::waitpid(owner, nullptr, 0);
        QCOMPARE(folders().size(), 1);
        {
            const MeetingPlace next;
            QCOMPARE(folders().size(), 1);
        }
        QCOMPARE(folders(), QStringList());
    }

    void aLinkOfThatNameIsLeftAlone() {
        QTemporaryDir elsewhere;
        QVERIFY(QFile::link(elsewhere.path(), runtime_->filePath("fanlight-meeting-link")));
        QVERIFY(QDir(elsewhere.path()).mkdir("kept"));
        const MeetingPlace place;
        QVERIFY(QDir(elsewhere.path()).exists("kept"));
        QVERIFY(QFileInfo(runtime_->filePath("fanlight-meeting-link")).isSymLink());
    }

private:
    QStringList folders() const { return QDir(runtime_->path()).entryList({"fanlight-meeting-*"}, QDir::Dirs); }

    std::optional<QTemporaryDir> runtime_;
};

FANLIGHT_TEST(TstMeetingPlace)
#include "tst_meeting_place.moc"
