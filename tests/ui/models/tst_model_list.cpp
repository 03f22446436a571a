#include "ui/models/model_list.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "tests/support/places.h"
#include "tests/support/test.h"

using namespace fanlight::ui;

class TestModelList : public QObject {
    Q_OBJECT

    ModelList models_;
    QAbstractItemModelTester tester_{&models_, QAbstractItemModelTester::FailureReportingMode::QtTest};

    QString note(int row) const { return models_.index(row).data(ModelList::NoteRole).toString(); }

private Q_SLOTS:
    void init() {
        models_.setDeviceMemory(0);
        models_.setChoices({{.name = "starter", .family = "StableDiffusion", .bytes = 27'000'000},
                            {.name = "/models/large", .family = "StableDiffusion", .bytes = 30'000'000'000},
                            {.name = "/models/broken", .problem = "There is no model_index.json."}});
    }

    void aModelShowsItsFamilyAndSize() {
        QCOMPARE(models_.index(0).data().toString(), QString("starter"));
        QVERIFY(note(0).contains("StableDiffusion") && note(0).contains(bytesText(27'000'000)));
        QVERIFY(!note(0).contains("fits"));
    }

    void onlyModelsThatMakeImagesAreOffered() {
        qputenv("FANLIGHT_RESOURCES", fanlight::source_path("/resources"));
        QSignalSpy filled(&models_, &ModelList::filled);
        models_.refresh({});
        QVERIFY(filled.wait(30'000));
        QCOMPARE(models_.rowOf("starter"), 0);
        QCOMPARE(models_.rowOf("starter-text"), -1);
    }

    void aFolderIsShownByItsOwnName() {
        QCOMPARE(models_.index(1).data().toString(), QString("large"));
        QCOMPARE(models_.index(1).data(ModelList::NameRole).toString(), QString("/models/large"));
        QCOMPARE(models_.rowOf("/models/large"), 1);
        QCOMPARE(models_.rowOf("/models/none"), -1);
    }

    void theFitNoteFollowsTheDevices() {
        const QSignalSpy changed(&models_, &QAbstractItemModel::dataChanged);
        models_.setDeviceMemory(24'000'000'000);
        QCOMPARE(changed.size(), 1);
        QVERIFY(note(0).contains("fits") && !note(0).contains("no single"));
        QVERIFY(note(1).contains("too large for one device"));
    }

    void anUnusableModelCannotBeChosenAndSaysWhy() {
        QCOMPARE(models_.flags(models_.index(2)), Qt::NoItemFlags);
        QCOMPARE(note(2), QString("There is no model_index.json."));
        QVERIFY(models_.flags(models_.index(0)) & Qt::ItemIsSelectable);
    }

    void modelsThatComeAndGoAreNoticed() {
        QTemporaryDir data;
        qputenv("XDG_DATA_HOME", data.path().toUtf8());
        qputenv("HF_HUB_CACHE", data.filePath("hub").toUtf8());
        const QDir folder(data.filePath("fanlight/models"));
        ModelList models;
        models.refresh({});
        QTRY_VERIFY_WITH_TIMEOUT(models.rowCount() > 0, 30'000);
        QVERIFY(folder.mkpath("mine"));
        QFile index(folder.filePath("mine/model_index.json"));
        QVERIFY(index.open(QIODevice::WriteOnly));
        index.write("{}");
        index.close();
        QTRY_VERIFY_WITH_TIMEOUT(models.rowOf("mine") >= 0, 30'000);
        QVERIFY(QDir(folder.filePath("mine")).removeRecursively());
        QTRY_VERIFY_WITH_TIMEOUT(models.rowOf("mine") < 0, 30'000);
    }
};

FANLIGHT_TEST(TestModelList, QApplication)
#include "tst_model_list.moc"
