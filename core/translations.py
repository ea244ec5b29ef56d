"""The headers of exportify.app's files in its languages: language -> its words, in the order of `FIELDS`.

The application writes its headers in the language of its page, so the same export comes in twelve forms. Facts taken
from its translations (github.com/watsonbox/exportify, `src/i18n/locales`, 2026); English is the catalogue's own.
"""

from __future__ import annotations

FIELDS = (
    "id", "title", "artist", "album", "release_date", "duration_ms", "explicit", "popularity", "added_at", "genre",
    "danceability", "energy", "key", "loudness", "mode", "speechiness", "acousticness", "instrumentalness", "liveness",
    "valence", "tempo", "time_signature",
)  # fmt: skip

LANGUAGES: dict[str, tuple[str, ...]] = {
    "Arabic": (
        "رابط الأغنية (URI)", "اسم الأغنية", "أسماء الفنانين", "اسم الألبوم", "تاريخ إصدار الألبوم",
        "مدة الأغنية (بالمللي ثانية)", "صريح", "الشعبية", "أضيف في", "أنواع الفنان", "قابلية الرقص", "الطاقة", "المفتاح",
        "مستوى الصوت", "النمط", "محتوى الكلام", "الطابع الصوتي", "الطابع الآلي", "الحيوية", "الإيجابية", "الإيقاع",
        "توقيع الزمن",
    ),
    "German": (
        "Track-URI", "Track-Name", "Künstlername(n)", "Album-Name", "Veröffentlichungsdatum des Albums",
        "Track-Dauer (ms)", "Explizit", "Beliebtheit", "Hinzugefügt am", "Künstler-Genres", "Tanzbarkeit", "Energie",
        "Tonart", "Lautstärke", "Modus", "Sprachanteil", "Akustik", "Instrumentalität", "Lebendigkeit", "Valenz", "Tempo",
        "Taktart",
    ),
    "Greek": (
        "URI κομματιού", "Όνομα κομματιού", "Όνομα/τα καλλιτέχνη", "Όνομα άλμπουμ", "Ημερομηνία κυκλοφορίας άλμπουμ",
        "Διάρκεια κομματιού (ms)", "Ακατάλληλο", "Δημοτικότητα", "Προστέθηκε στις", "Είδη καλλιτέχνη", "Χορευτικότητα",
        "Ενέργεια", "Τονικότητα", "Ένταση", "Τρόπος", "Ομιλητικότητα", "Ακουστικότητα", "Οργανοκεντρικότητα", "Ζωντάνια",
        "Θετικότητα", "Ρυθμός", "Μέτρο",
    ),
    "Spanish": (
        "URI de la canción", "Nombre de la canción", "Nombre(s) del artista", "Nombre del álbum",
        "Fecha de lanzamiento del álbum", "Duración de la canción (ms)", "Explícito", "Popularidad", "Añadido en",
        "Géneros del artista", "Bailabilidad", "Energía", "Tonalidad", "Volumen", "Modo", "Hablado", "Acústica",
        "Instrumentalidad", "Vivacidad", "Valencia", "Tempo", "Compás",
    ),
    "French": (
        "URI du titre", "Nom du titre", "Nom(s) de l'artiste", "Nom de l'album", "Date de sortie de l'album",
        "Durée du titre (ms)", "Explicite", "Popularité", "Ajouté le", "Genres de l'artiste", "Danseabilité", "Énergie",
        "Tonalité", "Volume sonore", "Mode", "Parlabilité", "Acoustique", "Instrumental", "Vivacité", "Valence", "Tempo",
        "Mesure",
    ),
    "Italian": (
        "URI della traccia", "Nome della traccia", "Nome dell'artista", "Nome dell'album", "Data di rilascio dell'album",
        "Durata della traccia (ms)", "Esplicito", "Popolarità", "Aggiunto il", "Generi dell'artista", "Ballabilità",
        "Energia", "Chiave", "Volume", "Modalità", "Linguaggio parlato", "Acustica", "Strumentalità", "Vivacità", "Valenza",
        "Tempo", "Battuta",
    ),
    "Japanese": (
        "トラックURI", "トラック名", "アーティスト名", "アルバム名", "アルバム発売日", "トラックの長さ（ミリ秒）",
        "明示的な内容", "人気度", "追加日時", "アーティストジャンル", "ダンサビリティ", "エネルギー", "キー", "ラウドネス",
        "モード", "スピーチ性", "アコースティック性", "インストゥルメンタル性", "ライブ感", "感情値", "テンポ", "拍子",
    ),
    "Dutch": (
        "Nummer URI", "Nummernaam", "Naam van artiest", "Naam van album", "Releasedatum van het album", "Nummerduur (ms)",
        "Expliciet", "Populariteit", "Toegevoegd op", "Genres van de artiest", "Dansbaarheid", "Energie", "Toonsoort",
        "Luidheid", "Modus", "Spraakzaamheid", "Akoestiek", "Instrumentaliteit", "Levendigheid", "Valentie", "Tempo",
        "Maatstreep",
    ),
    "Portuguese": (
        "URI da faixa", "Nome da faixa", "Nome(s) do artista", "Nome do álbum", "Data de lançamento do álbum",
        "Duração da faixa (ms)", "Explícita", "Popularidade", "Adicionado em", "Gêneros do artista", "Dançabilidade",
        "Energia", "Tonalidade", "Volume", "Modo", "Oralidade", "Acústica", "Instrumentalidade", "Vivacidade", "Valência",
        "Tempo", "Compasso",
    ),
    "Swedish": (
        "Låtens URI", "Låtens namn", "Artistens namn", "Albumets namn", "Albumets releasedatum", "Låtlängd (ms)",
        "Explicit", "Popularitet", "Tillagd vid", "Artistens genrer", "Dansbarhet", "Energi", "Tonart", "Ljudstyrka",
        "Läge", "Talighet", "Akustik", "Instrumentalhet", "Livlighet", "Valens", "Tempo", "Taktart",
    ),
    "Turkish": (
        "Parça URI", "Parça Adı", "Sanatçı Adı", "Albüm Adı", "Albüm Çıkış Tarihi", "Parça Süresi (ms)", "Açık İçerik",
        "Popülerlik", "Eklenme Tarihi", "Sanatçı Türleri", "Dans Edilebilirlik", "Enerji", "Ton", "Ses Seviyesi", "Mod",
        "Konuşma Oranı", "Akustiklik", "Enstrümantalite", "Canlılık", "Duygusallık", "Tempo", "Ölçü İşareti",
    ),
}  # fmt: skip
