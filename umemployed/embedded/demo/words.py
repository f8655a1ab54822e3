"""What the demo world is made of. Every name is invented."""

from __future__ import annotations

from typing import NamedTuple


class City(NamedTuple):
    """A place of work, with what one is paid in there. ``factor`` scales the monthly euros of a trade."""

    name: str
    region: str
    country: str
    latitude: float
    longitude: float
    timezone: str
    currency: str
    factor: float


class Trade(NamedTuple):
    """A line of work: category, titles, skills, and the gross monthly pay of a beginner in euros."""

    category: str
    titles: tuple[str, ...]
    skills: tuple[str, ...]
    pay: int


CITIES = (
    City("Douala", "Littoral", "CM", 4.0511, 9.7679, "Africa/Douala", "XAF", 260.0),
    City("Yaoundé", "Centre", "CM", 3.848, 11.5021, "Africa/Douala", "XAF", 250.0),
    City("Lagos", "Lagos", "NG", 6.5244, 3.3792, "Africa/Lagos", "NGN", 520.0),
    City("Nairobi", "Nairobi", "KE", -1.2921, 36.8219, "Africa/Nairobi", "KES", 70.0),
    City("Lyon", "Auvergne-Rhône-Alpes", "FR", 45.764, 4.8357, "Europe/Paris", "EUR", 1.0),
    City("Paris", "Île-de-France", "FR", 48.8566, 2.3522, "Europe/Paris", "EUR", 1.15),
    City("Berlin", "Berlin", "DE", 52.52, 13.405, "Europe/Berlin", "EUR", 1.2),
    City("Toronto", "Ontario", "CA", 43.6532, -79.3832, "America/Toronto", "CAD", 1.7),
    City("New York", "New York", "US", 40.7128, -74.006, "America/New_York", "USD", 2.1),
)

TRADES = (
    Trade("software", ("Backend developer", "Python engineer"), ("Python", "Django", "PostgreSQL", "Docker"), 3200),
    Trade("software", ("Frontend developer", "React engineer"), ("TypeScript", "React", "CSS", "Accessibility"), 3000),
    Trade("data", ("Data analyst", "Business analyst"), ("SQL", "Python", "Statistics", "Reporting"), 2900),
    Trade(
        "information-technology",
        ("Site reliability engineer", "Cloud engineer"),
        ("Linux", "Kubernetes", "Terraform", "Python"),
        3600,
    ),
    Trade("health", ("Registered nurse", "Night nurse"), ("Patient care", "First aid", "Documentation"), 2300),
    Trade("finance", ("Accountant", "Payroll officer"), ("Accounting", "Spreadsheets", "Tax law"), 2500),
    Trade("logistics", ("Warehouse manager", "Logistics planner"), ("Stock control", "Planning", "Forklift"), 2200),
    Trade(
        "construction", ("Electrician", "Solar technician"), ("Electrical installation", "Safety", "Solar power"), 2100
    ),
    Trade(
        "education", ("Primary school teacher", "Mathematics teacher"), ("Teaching", "Mathematics", "Patience"), 2400
    ),
    Trade("sales", ("Sales representative", "Account manager"), ("Negotiation", "CRM", "French"), 2300),
    Trade("design", ("Product designer", "UX researcher"), ("Figma", "User research", "Accessibility"), 2900),
    Trade("hospitality", ("Chef de partie", "Pastry chef"), ("Cooking", "Hygiene", "Teamwork"), 1900),
)

COMPANIES = (
    ("Baobab Health", "Clinics that are open when people are."),
    ("Ndolè Kitchens", "Canteens that cook from scratch for schools and hospitals."),
    ("Harmattan Energy", "Solar power for places that the grid forgot."),
    ("Rivière Logistics", "From the port to the last village, on time."),
    ("Kilimo Data", "Weather, soil and prices, for farmers who plan."),
    ("Lumière Learning", "Schools, courses and the software that they run on."),
    ("Savanna Pay", "Payments that work without a bank account."),
    ("Atlas Builders", "Bridges, roofs and water, built to last."),
)

FIRST_NAMES = (
    *("Amina", "Benoît", "Chidi", "Délia", "Emeka", "Fatou", "Grace", "Hugo", "Ines", "Jean-Paul", "Kwame", "Léa"),
    *("Mireille", "Noah", "Oumar", "Priya", "Quentin", "Rosalie", "Samuel", "Thandi", "Ulrich", "Viviane", "Wanjiku"),
    *("Yann", "Zainab", "أمل", "Søren", "Łucja"),
)
LAST_NAMES = (
    *("Abega", "Balogun", "Cissé", "Diallo", "Ebongue", "Fofana", "Girard", "Hassan", "Ibrahim", "Juma", "Kamga"),
    *("Lefèvre", "Mensah", "Nguyen", "Okafor", "Petit", "Quist", "Rousseau", "Sow", "Tchoumi", "Umeh", "Vogel"),
    *("Wanjala", "Yeboah", "Zongo", "O'Neill"),
)

ROLES_TEXT = (
    "You join a team of {team} that plans its own week and answers for its own results.",
    "The work is varied: you will spend about half of your time on {skill}, and the rest on what comes up.",
    "We say what we pay, we answer every application, and we do not write to you at night.",
)
REQUIREMENTS_TEXT = "You have worked with {skills} before, you write clearly, and you like to finish what you begin."
BENEFITS_TEXT = "Health insurance, {days} days of leave, and time to learn every week."

# What is said about an application: the recruiter begins, and the two take turns.
EXCHANGES = (
    (
        "Thank you for applying! Could you tell me from when you would be free?",
        "Good morning! I have a month's notice, so from the first of the month after next.",
        "That suits us well. Would a call on Thursday afternoon be possible?",
    ),
    (
        "We liked your résumé. Which of the two sites would you prefer?",
        "The one in town, please; I could be at the other one once a week.",
    ),
    ("Bonjour, merci pour votre candidature. Nous revenons vers vous d'ici vendredi.",),
    (
        "One of your answers left us curious: how large was the team that you led?",
        "Five people at first, eleven in the end.",
        "Thank you. The hiring manager will read everything this week.",
        "I look forward to it!",
    ),
)
