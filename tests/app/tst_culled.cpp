#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include "core/output/image_marks.h"
#include "tests/support/private_home.h"
#include "tests/support/programs.h"
#include "tests/support/test.h"

using namespace fanlight;

/// A run of which the user has moved an image to the trash, as the commands see it.
class TestCulled : public QObject {
    Q_OBJECT

    const PrivateHome home_;
    QString folder_;
    QStringList images_;

    QString culled() const { return folder_ + "/" + images_[0].section(' ', 0, 0); }

private Q_SLOTS:
    void init() {
        folder_ = home_.path(QTest::currentTestFunction());
        const ProgramResult made = run_fanlight(
            {"generate", "a dog", "a cat", "-W", "64", "-H", "64", "--steps", "1", "-o", folder_, "--quiet"});
        QVERIFY2(made.status == 0, qPrintable(made.output()));
        images_ = images_in(folder_);
        QCOMPARE(images_.size(), 2);
        const std::string name = images_[0].section(' ', 0, 0).toStdString();
        append_marks(folder_.toStdString(), {{.file = name, .culled = true}});
        QVERIFY(QFile::remove(culled()));
    }

    void verifyCountsThem() {
        const ProgramResult checked = run_fanlight({"verify", folder_});
        QVERIFY2(checked.status == 0, qPrintable(checked.output()));
        QVERIFY2(checked.err.contains("1 of 1 images match their records") &&
                     checked.err.contains("1 image was moved to the trash: item 0. Make it again with"),
                 qPrintable(checked.err));
        const auto json = QJsonDocument::fromJson(run_fanlight({"verify", folder_, "--json"}).out.toUtf8()).object();
        QCOMPARE(json["culled"].toArray(), QJsonArray{0});
        QCOMPARE(json["bad"].toInt(), 0);

        QVERIFY(QFile::remove(folder_ + "/" + images_[1].section(' ', 0, 0)));
        QCOMPARE(run_fanlight({"verify", folder_}).status, 3);  // nobody has said that this one may be missing
    }

    void theyStayAwayFromExportsAndResumedRuns() {
        QCOMPARE(run_fanlight({"export", folder_, "--folder", home_.path("copies")}).status, 0);
        QCOMPARE(images_in(home_.path("copies")), images_.mid(1));
        const ProgramResult resumed = run_fanlight({"generate", "--resume", folder_});
        QVERIFY2(resumed.status == 0, qPrintable(resumed.output()));
        QVERIFY(!QFile::exists(culled()));
    }

    void culledImagesAreRemadeWhenAskedFor() {
        const ProgramResult resumed = run_fanlight({"generate", "--resume", folder_, "--remake-culled"});
        QVERIFY2(resumed.status == 0, qPrintable(resumed.output()));
        QCOMPARE(images_in(folder_), images_);
        QCOMPARE(run_fanlight({"verify", folder_}).status, 0);
        const ProgramResult alone = run_fanlight({"generate", "a dog", "--remake-culled"});
        QCOMPARE(alone.status, 2);
        QVERIFY2(alone.err.contains("--remake-culled belongs to --resume"), qPrintable(alone.err));
    }
};

FANLIGHT_TEST(TestCulled)
#include "tst_culled.moc"
